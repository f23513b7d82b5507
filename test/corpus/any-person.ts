import fc from 'fast-check'
import { emptyPerson, type ImportedPerson } from '../../engine/contacts/import/imported-person.ts'

/** Letters where escaping, folding and quoting bite. */
const letter = fc.constantFrom(...'aB9 ,;:\\"\'^=+-@/.|#', 'ü', 'ß', '山', '😀', 'é')
const line = fc
  .array(letter, { maxLength: 30 })
  .map((letters) => letters.join('').replaceAll(':::', ':').trim())
const filled = line.map((text) => (text === '' ? 'x' : text))
/** Several lines, without blanks at their ends, which no reader could tell from folding. */
const text = fc.array(filled, { maxLength: 3 }).map((lines) => lines.join('\n'))
const label = fc.oneof(
  fc.constantFrom('', 'home', 'work', 'cell', 'work fax', 'other'),
  fc.constantFrom('Ski Hut', 'Zürich', 'a, b; "c"'),
)
const number = fc.stringMatching(/^\+?[1-9]\d{5,12}$/)
const email = fc.stringMatching(/^[a-z]{1,8}@[a-z]{1,8}\.example$/)
const date = fc.constantFrom('', '1970-04-15', '2000-02-29', '--02-29', '--12-31')
const word = fc.stringMatching(/^[A-Z][a-z]{2,9}$/)
const unique = <T>(item: fc.Arbitrary<T>, by: (item: T) => unknown) =>
  fc.uniqueArray(item, { maxLength: 6, selector: by })
const byValue = ({ value }: { value: string }) => value

/** Any person that a reader could hand out; `forTables`: what a table can hold. */
export function anyPerson(forTables: boolean): fc.Arbitrary<ImportedPerson> {
  const value = forTables ? filled.map((each) => each.replace(/[;\n]/g, ',')) : filled
  return fc
    .record({
      kind: fc.constantFrom('person' as const, 'person' as const, 'company' as const, 'group' as const),
      formattedName: fc.tuple(word, filled).map(([first, rest]) => `${first} ${rest}`),
      familyName: filled,
      givenName: line,
      additionalNames: line,
      honorificPrefixes: line,
      honorificSuffixes: line,
      nicknames: unique(filled, (name) => name),
      gender: fc.constantFrom(
        '' as const,
        'male' as const,
        'female' as const,
        'other' as const,
        'prefer_not_to_say' as const,
      ),
      birthday: date,
      anniversary: date,
      emails: unique(fc.record({ label, value: email }), byValue),
      phones: unique(fc.record({ label, value: number }), byValue),
      addresses: unique(
        fc.record({
          label,
          streetAddress: text.map((each) => each || 'x'),
          locality: line,
          region: line,
          postalCode: line,
          countryName: line,
        }),
        (address) => JSON.stringify(address),
      ),
      urls: unique(
        fc.record({ label, value: word.map((each) => `https://${each}.example/?a=1,2;b`) }),
        byValue,
      ),
      impps: unique(fc.record({ label: fc.constantFrom('', 'skype', 'xmpp'), value }), byValue),
      organization: filled,
      department: line,
      jobTitle: line,
      role: line,
      notes: fc.array(
        text.map((each) => each || 'x'),
        { maxLength: 3 },
      ),
      categories: unique(
        filled.map((each) => (forTables ? each.replace(/[,;]/g, '.').replace(/^\*+/, '') : each)),
        (name) => name,
      ),
      relations: fc.array(
        fc.oneof(
          fc.record({
            type: fc.constantFrom('spouse', 'friend', 'related'),
            uid: fc.constant(''),
            name: word,
          }),
          fc.record({
            type: fc.constant('child'),
            uid: fc.constant('urn:uuid:11111111-1111-4111-8111-111111111111'),
            name: fc.constant(''),
          }),
        ),
        { maxLength: 4 },
      ),
      members: fc.array(
        fc.oneof(
          fc.record({ uid: fc.constant('urn:uuid:2'), email: fc.constant('') }),
          fc.record({ uid: fc.constant(''), email }),
        ),
        { maxLength: 2 },
      ),
      photo: fc.constantFrom(null, { kind: 'remote' as const, url: 'https://pictures.example/a,b;c.jpg' }),
      uid: fc.constantFrom('', 'urn:uuid:33333333-3333-4333-8333-333333333333', 'a:b,c;d'),
      revision: fc.constantFrom('', '20200102T030405Z'),
      howWeMet: text,
      foodPreference: line,
      workInformation: line,
      contactInformation: line,
      customFields: fc.array(fc.record({ name: word, value }), { maxLength: 7 }),
      leftovers: fc.array(
        fc.constantFrom(
          {
            source: 'vcard' as const,
            name: 'X-WEIRD',
            group: 'item1',
            parameters: ';TYPE=a;X-B="c;d:e"',
            value: 'one\\, two;three\\nfour',
          },
          { source: 'vcard' as const, name: 'TZ', group: '', parameters: '', value: '+01:00' },
          { source: 'csv' as const, name: 'A "column"; ^odd', value: 'kept\naside, too' },
        ),
        { maxLength: 3 },
      ),
    })
    .map((person) => {
      const whole: ImportedPerson = structuredClone({ ...emptyPerson(1, 1), ...person })
      return whole.kind === 'group' ? whole : { ...whole, members: [] }
    })
}
