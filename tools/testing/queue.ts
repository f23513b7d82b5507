import type { Run } from './plan.ts'

/** Hands out runs in order, and never more browsers at once than there are cores: a page that waits times out. */
export function createQueue(runs: Run[], { browsersMax }: { browsersMax: number }) {
  const waiting = [...runs]
  let browsers = 0
  return {
    /** @returns nothing when all have been handed out, or when only browsers wait for their turn. */
    next(): Run | undefined {
      const index = waiting.findIndex((run) => !isBrowser(run) || browsers < browsersMax)
      if (index === -1) return undefined
      const [run] = waiting.splice(index, 1)
      if (run && isBrowser(run)) browsers++
      return run
    },
    end(run: Run): void {
      if (isBrowser(run)) browsers--
    },
  }
}

function isBrowser({ file }: Run): boolean {
  return file.startsWith('test/browser/')
}
