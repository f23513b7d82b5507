import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailErrorWords, paragraphsOf } from './mail-words.ts'

test('what a mail server or the net said becomes plain words', () => {
  const words: [said: string, key: string][] = [
    ['connect ECONNREFUSED 127.0.0.1:25', 'admin.mailError.unreachable'],
    ['getaddrinfo ENOTFOUND smtp.example.org', 'admin.mailError.noSuchServer'],
    ['Connection timeout', 'admin.mailError.silent'],
    ['Invalid login: 535 5.7.8 Authentication failed', 'admin.mailError.login'],
    ['self-signed certificate in certificate chain', 'admin.mailError.certificate'],
    ["Can't send mail - all recipients were rejected: 550 No such mailbox", 'admin.mailError.refused'],
    ['Mail command failed: 451 Try again later', 'admin.mailError.later'],
    ['Something new', 'admin.mailError.other'],
  ]
  for (const [said, key] of words) assert.equal(mailErrorWords(said), key, said)
})

test('links and codes in a mail are told from its words', () => {
  const text = 'Hello Ada,\n\n483920\n\nConfirm: https://id.example.org/x#token\n\nNot you? Do nothing.\n'
  assert.deepEqual(paragraphsOf(text), [
    [{ kind: 'words', text: 'Hello Ada,' }],
    [{ kind: 'code', text: '483920' }],
    [
      { kind: 'words', text: 'Confirm: ' },
      { kind: 'link', text: 'https://id.example.org/x#token' },
    ],
    [{ kind: 'words', text: 'Not you? Do nothing.' }],
  ])
})
