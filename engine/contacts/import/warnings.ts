import type { Warning, WarningCode } from './imported-person.ts'

/** Each of them completes: "Birthday: …". */
const WORDS: Record<WarningCode, string> = {
  address_parts: 'has more parts than an address has; the rest was kept aside.',
  bytes_invalid: 'holds bytes that are no letters in any encoding we know; they are shown as \ufffd.',
  card_cut_off: 'the file ends in the middle of this card; what was there was read.',
  cell_too_long: 'is too long; only its beginning was read.',
  charset_wrong: 'was said to be in another encoding than it is in; it was read as what it is.',
  date_ambiguous: 'could be day or month first; it was read as the column suggests.',
  date_has_time: 'has a time of day and a zone; the date was taken as it is written.',
  date_unreadable: 'is no date that we can read; it was kept aside.',
  encoding_odd: 'is in another encoding than the rest of the file; it was read by itself.',
  end_missing: 'the card has no end; it was ended where the next one begins.',
  leftover_too_long: 'is not known to us and too long to be kept.',
  line_without_colon: 'is a line that is no property; it was kept aside.',
  nothing_in_it: 'there is nothing in it that could be a contact.',
  nul_bytes: 'held NUL bytes, which were left out.',
  outside_card: 'there are lines outside of any card, which were left out.',
  photo_cut_off: 'ends too early; the picture may be incomplete.',
  photo_second: 'there is more than one; the first was taken.',
  photo_too_large: 'is larger than we take; the picture was left out.',
  photo_unreadable: 'is no picture; it was left out.',
  quote_open: 'a quotation mark is never closed; it was read as a letter.',
  relation_empty: 'does not say who is meant.',
  row_longer: 'the row has more cells than there are columns; the rest was kept aside.',
  second_value: 'there is more than one; the first was taken, the others were kept aside.',
  too_many_properties: 'has more properties than we read; the rest was left out.',
  value_too_long: 'is longer than we read; it was left out.',
  year_guessed: 'has a year of two digits; the century was guessed.',
}

export function warn(property: string, code: WarningCode): Warning {
  return { property, code, words: WORDS[code] }
}

/** More would not be read by anybody. */
const WARNINGS_MAX = 200

/** Says a thing once, however often it happens in one card or row. */
export function addWarning(warnings: Warning[], property: string, code: WarningCode): void {
  if (warnings.length >= WARNINGS_MAX) return
  if (!warnings.some((said) => said.code === code && said.property === property)) {
    warnings.push(warn(property, code))
  }
}
