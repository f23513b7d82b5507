import { NotAllowed } from './kinds.ts'

/** Reads one section of the file, and notices what it does not know. */
export class Section {
  readonly #values: Record<string, unknown>
  readonly #path: string
  readonly #problems: string[]
  readonly #known = new Set<string>()

  constructor(section: unknown, path: string, problems: string[]) {
    this.#path = path
    this.#problems = problems
    const isSection = typeof section === 'object' && section !== null && !Array.isArray(section)
    if (!isSection && section !== null) problems.push(`${path} must be a list of keys and values.`)
    this.#values = isSection ? (section as Record<string, unknown>) : {}
  }

  text(key: string, isAllowed: (text: string) => boolean, allowed: string): string | undefined {
    return this.parsed(key, (text) => {
      if (!isAllowed(text)) throw new NotAllowed(allowed)
      return text
    })
  }

  flag(key: string): boolean | undefined {
    return this.parsed(key, (text) => {
      if (text !== 'true' && text !== 'false') throw new NotAllowed('true or false')
      return text === 'true'
    })
  }

  integer(key: string, min: number, max: number): number | undefined {
    return this.parsed(key, (text) => {
      const value = Number(text)
      if (!Number.isInteger(value) || value < min || value > max) {
        throw new NotAllowed(`a whole number from ${min} to ${max}`)
      }
      return value
    })
  }

  parsed<T>(key: string, parse: (text: string) => T): T | undefined {
    this.#known.add(key)
    const value = this.#values[key]
    if (value === undefined || value === null) return undefined
    try {
      if (typeof value === 'object') throw new NotAllowed('one value')
      return parse(String(value))
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error
      this.#problems.push(
        `${this.#path}.${key} is ${typeof value === 'object' ? 'not usable' : `"${value}"`}; allowed: ${error.message}.`,
      )
      return undefined
    }
  }

  /** Never shown. */
  secret(key: string): string | undefined {
    this.#known.add(key)
    const value = this.#values[key]
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'object' && String(value) !== '') return String(value)
    this.#problems.push(`${this.#path}.${key} is not usable; allowed: one value.`)
    return undefined
  }

  end(): void {
    for (const key of Object.keys(this.#values)) {
      if (!this.#known.has(key)) {
        this.#problems.push(`${this.#path}.${key} is no setting; known: ${[...this.#known].join(', ')}.`)
      }
    }
  }
}
