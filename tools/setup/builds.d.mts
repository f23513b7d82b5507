export function buildsAreCurrent(root: string): boolean
export function makeBuilds(root: string): Promise<void>
