/** How long it takes until the first answer of /readyz, on data that is there already. */
import { execPath } from 'node:process'
import { startLatchkey } from './contenders/latchkey.ts'
import { median } from './load/measure.ts'

export type StartUp = { name: string; milliseconds: number }

export async function measureStartUp(folder: string, times: number): Promise<StartUp[]> {
  // The first start makes the database; it is not what is measured.
  await (await startLatchkey(folder)).stop()
  const commands: [name: string, command: [string, ...string[]]][] = [
    ['`node dist/main.js`', [execPath, 'dist/main.js']],
    ['`npm start`', ['npm', 'start']],
  ]
  const results: StartUp[] = []
  for (const [name, command] of commands) {
    const milliseconds: number[] = []
    for (let turn = 0; turn < times; turn++) {
      const server = await startLatchkey(folder, command)
      milliseconds.push(server.startMilliseconds)
      await server.stop()
    }
    results.push({ name, milliseconds: median(milliseconds) })
    console.log(`start-up: ${Math.round(median(milliseconds))} ms  ${name}`)
  }
  return results
}
