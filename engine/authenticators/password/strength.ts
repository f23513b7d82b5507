/** Beyond this the estimate says nothing new, and its cost grows with the square of the length. */
const ESTIMATED_LENGTH_MAX = 48
/** Ways of reading digits as letters that are tried; each costs another search, and it runs on the event loop. */
const LEET_READINGS_MAX = 4
/** What is known of a person is short; a long text would be searched for in vain. */
const HINT_LENGTH_MAX = 100

export interface Strength {
  /** 0 (found at once) to 4 (out of reach). */
  score: 0 | 1 | 2 | 3 | 4
  /** For an attacker who has stolen the hash and a good machine: 10,000 guesses a second. */
  crackSeconds: number
}

type Estimator = (password: string, hints: string[]) => Strength
let estimator: Promise<Estimator> | undefined

/** How hard a password would be to guess, by zxcvbn: dictionaries, keyboard walks, dates, repetitions. */
export async function estimateStrength(password: string, hints: string[] = []): Promise<Strength> {
  estimator ??= loadEstimator()
  return (await estimator)(password.slice(0, ESTIMATED_LENGTH_MAX), hints)
}

/** Loaded when first needed: the dictionaries are larger than the rest of the server's start. */
async function loadEstimator(): Promise<Estimator> {
  const [{ ZxcvbnFactory }, common] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const zxcvbn = new ZxcvbnFactory({
    dictionary: common.dictionary,
    graphs: common.adjacencyGraphs,
    l33tMaxSubstitutions: LEET_READINGS_MAX,
  })
  return (password, hints) => {
    const known = hints.filter(Boolean).map((hint) => hint.slice(0, HINT_LENGTH_MAX))
    const { score, guesses } = zxcvbn.check(password, known)
    return { score, crackSeconds: Math.min(guesses / 10_000, Number.MAX_SAFE_INTEGER) }
  }
}
