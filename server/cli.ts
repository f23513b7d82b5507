import { ConfigError, loadConfig } from './config/load.ts'
import { helpText } from './help.ts'

/** The command line. @returns the exit code; nothing while the server goes on. */
export async function run(args: string[]): Promise<number | undefined> {
  const [command = 'serve', ...rest] = args
  if (command === '--help' || command === '-h' || command === 'help' || rest.includes('--help')) {
    console.log(helpText())
    return 0
  }
  try {
    switch (command) {
      case 'serve':
        return await (await import('./commands/serve.ts')).serve(loadConfig(process.env))
      case 'migrate':
        return await (await import('./commands/migrate.ts')).migrate(loadConfig(process.env))
      case 'doctor':
        return await (await import('./commands/doctor.ts')).doctor(process.env)
      case '--version':
      case 'version':
        console.log((await import('./start.ts')).VERSION)
        return 0
      default:
        console.error(`There is no command "${command}". Try: latchkey --help`)
        return 2
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(
      `Latchkey cannot start with this configuration:\n${error.problems.map((p) => `  - ${p}`).join('\n')}`,
    )
    return 2
  }
}
