// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderMail } from './render.ts'
import { languages } from './texts/language.ts'
import { type MailFacts, mailTexts } from './texts/texts.ts'

const link = 'https://id.example.org/confirm-email?realm=main#token-A_b'
const recoveryLink = 'https://id.example.org/forgot-password?realm=main'
const accountLink = 'https://id.example.org/account'
/** One of each, with what people could write where people can write. */
const NASTY = `<script>alert('1')</script>&"x"`
const facts: MailFacts = {
  confirm_email: { place: 'Latchkey', who: NASTY, link, minutes: 3 * 24 * 60, isOurPage: true },
  finish_registration: { place: 'Latchkey', link, days: 3 },
  already_registered: { place: 'Latchkey', signInLink: 'https://id.example.org/sign-in', recoveryLink },
  sign_in_code: { place: 'Latchkey', code: '012345', minutes: 10 },
  email_proof_code: { place: 'Latchkey', code: '012345', minutes: 5 },
  recovery_link: { place: 'Latchkey', link, minutes: 60 },
  password_changed: { place: 'Latchkey', recoveryLink, passkeys: 2, accountLink },
  passkey_added: { place: 'Latchkey', name: NASTY, accountLink, recoveryLink },
  passkey_removed: { place: 'Latchkey', name: NASTY, accountLink, recoveryLink },
  totp_enabled: { place: 'Latchkey', recoveryLink },
  totp_disabled: { place: 'Latchkey', recoveryLink },
  provider_linked: { place: 'Latchkey', provider: 'Google', recoveryLink },
  provider_unlinked: { place: 'Latchkey', provider: 'Google', recoveryLink },
  password_ended: { place: 'Latchkey', recoveryLink },
  confirm_email_change: { place: 'Latchkey', link, minutes: 15 },
  email_change_asked: { place: 'Latchkey', newEmail: `${NASTY}@example.com`, recoveryLink },
  welcome: { place: 'Latchkey', name: NASTY, password: 'AbcDef234567', signInLink: link, days: 7 },
  reminders: {
    place: 'Latchkey',
    reminders: [{ date: '31.01.2026', who: 'Ada', message: NASTY }],
    birthdays: [{ name: NASTY, daysUntil: 0 }],
  },
  sign_in_ended: { place: 'Latchkey', recoveryLink },
  email_changed: { place: 'Latchkey', newEmail: `${NASTY}@example.com` },
}
const kinds = Object.keys(facts) as (keyof MailFacts)[]

/** What a person reads of an HTML mail, and where its links go. */
function read(html: string): { text: string; links: string[] } {
  const plain = (text: string): string =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  const body = html.replace(/^.*<body[^>]*>/s, '')
  const links = [...body.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => plain(href))
  return { text: plain(body.replace(/<[^>]*>/g, '\n')), links }
}

const words = (text: string): string => text.replace(/\s+/g, ' ').trim()

for (const language of languages) {
  test(`every mail in ${language}: text and HTML say the same, with the same links`, () => {
    assert.deepEqual(Object.keys(mailTexts[language]).sort(), kinds.toSorted(), 'every kind has its text')
    for (const kind of kinds) {
      const { subject, text, html } = renderMail(kind, language, facts[kind])
      const { paragraphs, action, code, footnote } = mailTexts[language][kind](facts[kind] as never)
      const shown = read(html)
      for (const part of [...paragraphs, code, action?.label, footnote]) {
        if (part === undefined) continue
        assert.ok(words(text).includes(words(part)), `${kind}: the text says "${part}"`)
        const inHtml = words(shown.text).replaceAll(/ ?\n ?/g, ' ')
        assert.ok(inHtml.includes(words(part)), `${kind}: the HTML says "${part}": ${inHtml}`)
      }
      const linksInText = [...text.matchAll(/https?:\/\/\S+/g)].map(([found]) => found)
      assert.deepEqual(new Set(shown.links), new Set(linksInText), kind)
      assert.match(html, new RegExp(`^<!doctype html><html lang="${language}">`))
      assert.ok(subject.length > 5 && subject.length < 80 && !/[\r\n]/.test(subject), subject)
      assert.doesNotMatch(text, /undefined|\[object|NaN|null/)
    }
  })

  test(`every mail in ${language}: what people wrote stays text`, () => {
    for (const kind of kinds) {
      const { text, html } = renderMail(kind, language, facts[kind])
      assert.doesNotMatch(html, /<script|<img|onerror|javascript:/i, kind)
      const isWrittenByPeople = JSON.stringify(facts[kind]).includes('script')
      if (!isWrittenByPeople) continue
      assert.ok(html.includes('&lt;script&gt;'), kind)
      assert.ok(text.includes('<script>'), 'the plain text is plain')
    }
  })

  test(`a mail in ${language} loads nothing: no picture, no font, no pixel that tells it was read`, () => {
    for (const kind of kinds) {
      const { html } = renderMail(kind, language, facts[kind])
      assert.doesNotMatch(html, /<img|<link|<iframe|<object|@import|url\(|src=|background=/i, kind)
    }
  })
}

test('the two languages tell the same facts', () => {
  for (const kind of kinds) {
    const facts_ = Object.values(facts[kind]).map(String)
    const [en, de] = languages.map((language) => renderMail(kind, language, facts[kind]).text)
    for (const fact of facts_) {
      assert.equal(en?.includes(fact), de?.includes(fact), `${kind}: ${fact}`)
    }
  }
})

test('a code stands in a line of its own, so that it can be found and copied', () => {
  for (const language of languages) {
    assert.match(renderMail('sign_in_code', language, facts.sign_in_code).text, /^012345$/m)
    assert.match(renderMail('email_proof_code', language, facts.email_proof_code).text, /^012345$/m)
  }
})
