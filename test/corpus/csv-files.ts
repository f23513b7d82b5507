export const CSV_FILES: Record<string, string | Buffer> = {}
