import { settings } from './config/settings.ts'

/** What `latchkey --help` prints: the commands, and every setting with its default. */
export function helpText(): string {
  const width = Math.max(...Object.values(settings).map(({ env }) => env.length))
  const lines = Object.values(settings).map(
    ({ env, meaning, fallback }) => `  ${env.padEnd(width)}  ${meaning} (${fallback})`,
  )
  return `Latchkey: one account server for every app you host.

Usage: latchkey [command]

  serve     migrate the database and serve (what npm start does)
  migrate   bring the database to this version's schema, and stop
  doctor    say what is configured, reachable and writable, and what is wrong
  version   print the version
  --help    print this

Settings come from the environment, or from latchkey.yaml in the working folder (or the file that
LATCHKEY_CONFIG names) in the same names in camelCase: PUBLIC_URL is publicUrl. The environment wins.

${lines.join('\n')}

Realms and apps have sections of their own in latchkey.yaml: docs/configuration.md.`
}
