import { type ContactValues, listColumns, type PostalAddress, textColumns } from '../../storage/contacts.ts'

/** A contact of whom nothing is known. */
export const nothingKnown: ContactValues = {
  ...(Object.fromEntries(Object.keys(textColumns).map((name) => [name, ''])) as Record<
    keyof typeof textColumns,
    string
  >),
  emails: null,
  phones: null,
  addresses: null,
  urls: null,
  impps: null,
  circles: null,
  customFields: null,
}

/** The first of each list stands for it, where only one is asked for; without a list, what was said. */
export function withPrimaries(values: ContactValues): ContactValues {
  const { emails, phones, addresses } = values
  return {
    ...values,
    email: emails?.[0]?.value ?? values.email,
    phone: phones?.[0]?.value ?? values.phone,
    address: addresses?.[0] ? inOneLine(addresses[0]) : values.address,
  }
}

function inOneLine({ street, city, region, postal, country }: PostalAddress): string {
  return [street, city, region, postal, country].filter((part) => part.trim() !== '').join(', ')
}

/** Each field that differs: what it was, and what it is. */
export function differences(before: ContactValues, after: ContactValues): Record<string, [unknown, unknown]> {
  const names = [...Object.keys(textColumns), ...Object.keys(listColumns)] as (keyof ContactValues)[]
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  return Object.fromEntries(changed.map((name) => [name, [before[name], after[name]]]))
}
