/**
 * Writes the corpus of contact files, byte by byte:
 *
 *     node test/corpus/make-files.ts              the files; what must come out of them stands beside each, checked by people
 *     node test/corpus/make-files.ts --expected   also what comes out of those that have nothing beside them yet
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CSV_FILES } from './csv-files.ts'
import { outcomeOf } from './outcome.ts'
import { VCARD_FILES } from './vcard-files.ts'

const folder = join(import.meta.dirname, 'files')
mkdirSync(folder, { recursive: true })
const files: Record<string, string | Buffer> = { ...VCARD_FILES, ...CSV_FILES }
for (const name of globSync('*.{vcf,csv}', { cwd: folder })) if (!(name in files)) rmSync(join(folder, name))
for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)

if (process.argv.includes('--expected')) {
  for (const name of Object.keys(files)) {
    const path = join(folder, `${name}.expected.json`)
    if (existsSync(path)) continue
    const outcome = await outcomeOf([readFileSync(join(folder, name))])
    writeFileSync(path, `${JSON.stringify(outcome, null, 2)}\n`)
  }
}
console.log(`${Object.keys(files).length} files`)
