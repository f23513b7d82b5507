/**
 * How often this machine can make something durable in SQLite at all: one small transaction after the other (a row
 * changed, a row added) with an fsync at each commit, and nothing round it. Measures for as many seconds as its
 * parent says, on a file in the folder that COMMIT_FOLDER names.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const folder = process.env.COMMIT_FOLDER
if (!folder) throw new Error('COMMIT_FOLDER is not set')
mkdirSync(folder, { recursive: true })
const database = new DatabaseSync(join(folder, 'commits.sqlite'))
// As our own storage opens its file (storage/sqlite/dialect.ts).
database.exec('pragma journal_mode = wal; pragma synchronous = full')
database.exec('create table token (id integer primary key, hash blob not null, rotated_at integer)')
database.exec('insert into token (id, hash) values (0, zeroblob(32))')
const change = database.prepare('update token set rotated_at = ? where id = ?')
const add = database.prepare('insert into token (id, hash) values (?, zeroblob(32))')
let id = 0

process.on('message', (seconds: number) => {
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1000
  let count = 0
  while (performance.now() < endAt) {
    database.exec('begin immediate')
    change.run(Date.now(), id)
    add.run(++id)
    database.exec('commit')
    count++
  }
  process.send?.(count / ((performance.now() - startedAt) / 1000))
})
process.send?.('ready')

// Never outlives the benchmark.
process.on('disconnect', () => process.exit())
