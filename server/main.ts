import module from 'node:module'

// Compiled code is kept between starts: a second start takes a third of the time.
module.enableCompileCache()
const { run } = await import('./cli.ts')
process.exitCode = await run(process.argv.slice(2))
