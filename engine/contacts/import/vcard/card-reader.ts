import { decodeValue } from '../encoding/decode.ts'
import { type ImportedPerson, isWithoutContent } from '../imported-person.ts'
import type { ReadingReport } from '../source.ts'
import { newReport, noteTrouble } from '../source.ts'
import { ContentAssembler, type TakeContent } from './assemble.ts'
import { Card } from './card.ts'
import { readProperty } from './content-line.ts'
import type { VcardLimits } from './limits.ts'
import { unescapeText } from './text.ts'

/** How deep cards may lie in each other before the outer ones are taken for cards without an end. */
const DEPTH_MAX = 4
/** How many cards within another wait for it to end, to come after it. */
const INNER_MAX = 8
/** How many of them it is said to belong to. */
const AGENTS_MAX = 100

interface OpenCard {
  card: Card
  /** Whole cards within it, which come after it. */
  inner: ImportedPerson[]
  /** AGENT announced it. */
  isAgent: boolean
  /** The last thing that happened in it was the end of an inner card. */
  isAfterInner: boolean
}

export interface CardReading {
  limits: VcardLimits
  /** Of the file. */
  encoding: string
  foldBlanks: number
}

/** Makes people of lines. */
export class CardReader implements TakeContent {
  readonly #reading: CardReading
  readonly #report: ReadingReport
  readonly #assembler: ContentAssembler
  /** The innermost is the last. */
  readonly #open: OpenCard[] = []
  #ready: ImportedPerson[] = []
  #readyBytes = 0
  #position = 0
  #isAgentAnnounced = false

  constructor(reading: CardReading, report: ReadingReport) {
    this.#reading = reading
    this.#report = report
    const { limits, foldBlanks } = reading
    this.#assembler = new ContentAssembler(this, { lineBytesMax: limits.lineBytesMax, foldBlanks })
  }

  readonly takeLine = (line: Buffer, isCut: boolean): void => this.#assembler.take(line, isCut)

  get bufferedBytes(): number {
    const open = this.#open.reduce((sum, { card }) => sum + card.bytes, 0)
    return this.#assembler.bufferedBytes + open + this.#readyBytes
  }

  /** The people that became whole since the last time. */
  takeReady(): ImportedPerson[] {
    const ready = this.#ready
    this.#ready = []
    this.#readyBytes = 0
    return ready
  }

  /** The file is at its end. */
  finish(): void {
    this.#assembler.finish()
    while (this.#open.length > 0) {
      const [first] = this.#open
      if (first) this.#close(first, this.#open.length === 1 ? 'card_cut_off' : 'end_missing')
    }
  }

  begin(lineNumber: number): void {
    const outer = this.#open.at(-1)
    const isAgent = this.#isAgentAnnounced
    this.#isAgentAnnounced = false
    // Two cards one after the other within a third: so it is the third's end that is missing.
    if (outer?.isAfterInner && !isAgent) this.#close(outer, 'end_missing')
    const [first] = this.#open
    if (first && this.#open.length >= DEPTH_MAX) this.#close(first, 'end_missing')
    const card = new Card(++this.#position, lineNumber, this.#reading.limits)
    this.#open.push({ card, inner: [], isAgent, isAfterInner: false })
  }

  end(): void {
    const ended = this.#open.at(-1)
    this.#isAgentAnnounced = false
    if (!ended) return
    const outer = this.#open.at(-2)
    const person = this.#close(ended)
    if (!outer) return
    outer.isAfterInner = !ended.isAgent
    if (ended.isAgent) addAgent(outer.card, person)
  }

  property(line: Buffer, colon: number): void {
    const open = this.#open.at(-1)
    this.#isAgentAnnounced = false
    if (!open) {
      noteTrouble(this.#report, 'outside_card')
      return
    }
    const property = readProperty(line, colon, this.#reading.encoding)
    open.isAfterInner = false
    const isAgent = property.name === 'AGENT'
    const value = isAgent ? property.value.trim() : ''
    if (isAgent && value === '') this.#isAgentAnnounced = true
    else if (/^BEGIN:VCARD/i.test(value)) this.#readInline(open, value)
    else open.card.take(property)
  }

  tooLong(beginning: Buffer): void {
    const written = beginning.toString('latin1', 0, 40).split(/[;:]/, 1)[0] ?? ''
    const name = written.slice(written.lastIndexOf('.') + 1).toUpperCase()
    this.#open.at(-1)?.card.warn(name, name === 'PHOTO' ? 'photo_too_large' : 'value_too_long')
  }

  stray(line: Buffer): void {
    const open = this.#open.at(-1)
    if (!open) {
      noteTrouble(this.#report, 'outside_card')
      return
    }
    open.isAfterInner = false
    open.card.takeStray(decodeValue(line, this.#reading.encoding).text)
  }

  /** Version 3.0 writes an agent's card as an escaped text. */
  #readInline(open: OpenCard, value: string): void {
    const reader = new CardReader({ ...this.#reading, encoding: 'utf-8' }, newReport())
    for (const line of unescapeText(value).split('\n')) reader.takeLine(Buffer.from(line), false)
    reader.finish()
    const people = reader.takeReady()
    addAgent(open.card, people[0])
    for (const person of people) {
      Object.assign(person, { position: ++this.#position, line: open.card.person.line })
    }
    this.#handOver(open, people, 0)
  }

  /** Hands a card over to the one around it, or out. */
  #close(closed: OpenCard, trouble?: 'card_cut_off' | 'end_missing'): ImportedPerson | undefined {
    const at = this.#open.indexOf(closed)
    const outer = at > 0 ? this.#open[at - 1] : undefined
    this.#open.splice(at, 1)
    if (trouble) closed.card.warn('', trouble)
    const person = closed.card.finish()
    const isNobody = isWithoutContent(person)
    if (isNobody) noteTrouble(this.#report, trouble ?? 'nothing_in_it', person)
    const people = isNobody ? closed.inner : [person, ...closed.inner]
    this.#handOver(outer, people, closed.card.bytes)
    return isNobody ? undefined : person
  }

  #handOver(outer: OpenCard | undefined, people: ImportedPerson[], bytes: number): void {
    if (outer && outer.inner.length < INNER_MAX) outer.inner.push(...people)
    else {
      this.#ready.push(...people)
      this.#readyBytes += bytes
    }
  }
}

function addAgent({ person }: Card, agent: ImportedPerson | undefined): void {
  if (!agent || person.relations.length >= AGENTS_MAX) return
  const { uid, formattedName } = agent
  person.relations.push({ type: 'agent', uid, name: uid === '' ? formattedName : '' })
}
