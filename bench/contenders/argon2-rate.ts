/**
 * How often this machine can verify a password at all: argon2id with our parameters (19 MiB, t = 2, p = 1), on
 * all cores, with nothing round it. Measures for as many seconds as its parent says.
 */
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'

const password = 'correct horse battery staple'
const stored = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })

process.on('message', async (seconds: number) => {
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1000
  let count = 0
  const work = async () => {
    while (performance.now() < endAt) {
      if (!(await verify(stored, password))) throw new Error('The password did not verify')
      count++
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() * 2 }, work))
  process.send?.(count / ((performance.now() - startedAt) / 1000))
})
process.send?.('ready')

// Never outlives the benchmark.
process.on('disconnect', () => process.exit())
