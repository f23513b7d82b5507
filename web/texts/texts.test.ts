import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { de } from './de.ts'
import { en } from './en.ts'

const languages: Record<string, Record<string, string>> = { en, de }
const root = join(import.meta.dirname, '..')
let sources: { name: string; text: string }[] = []

before(async () => {
  const names = (await readdir(root, { recursive: true })).filter(
    (name) => /\.tsx?$/.test(name) && !/^dist|\.test\.|^texts\/(en|de)\.ts$/.test(name),
  )
  sources = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(root, name), 'utf8') })),
  )
})

for (const [language, texts] of Object.entries(languages)) {
  test(`${language} has every key, in the same order, and no other`, () => {
    assert.deepEqual(Object.keys(texts), Object.keys(en))
  })

  test(`${language} says something for every key, with the same values to fill in`, () => {
    const values = (text: string | undefined) => (text ?? '').match(/\{\{\w+\}\}/g)?.sort() ?? []
    for (const [key, text] of Object.entries(texts)) {
      assert.ok(text.trim() !== '', key)
      assert.deepEqual(values(text), values(languages.en?.[key]), key)
    }
  })

  test(`${language} is calm: no exclamation mark, no "oops", no "please"`, () => {
    for (const [key, text] of Object.entries(texts))
      assert.doesNotMatch(text, /!|\boops\b|\bplease\b|\bbitte\b/i, key)
  })

  test(`${language} has a form for every number that its grammar tells apart`, () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const stems = new Set(Object.keys(texts).flatMap((key) => /^(.+)_(?:one|other)$/.exec(key)?.[1] ?? []))
    for (const stem of stems)
      for (const form of forms) assert.ok(`${stem}_${form}` in texts, `${stem}_${form}`)
  })
}

test('German says du', () => {
  for (const [key, text] of Object.entries(de)) {
    assert.doesNotMatch(text, /\b(Ihr|Ihre|Ihren|Ihnen)\b|\w Sie\b/, key)
  }
})

test('every key is used', () => {
  const all = sources.map(({ text }) => text).join('\n')
  const isUsed = (key: string) => all.includes(`'${key}'`) || all.includes(`"${key}"`)
  const unused = Object.keys(en).filter((key) => !isUsed(key.replace(/_(one|other)$/, '')))
  assert.deepEqual(unused, [])
})

test('no sentence stands in the code: neither between tags nor in an attribute that people read', () => {
  const found = sources.flatMap(({ name, text }) => {
    if (!name.endsWith('.tsx')) return []
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    const between = [...code.matchAll(/<\/?[\w.]+[^<>{}=]*>([^<>{}()=;]*[A-Za-z]{2,}[^<>{}()=;]*)<\//g)].map(
      (match) => match[1],
    )
    const spoken = [
      ...code.matchAll(/\b(?:label|title|description|placeholder|alt|aria-label)="([^"]+)"/g),
    ].map((match) => match[1])
    return [...between, ...spoken].map((words) => `${name}: ${words}`)
  })
  assert.deepEqual(found, [])
})
