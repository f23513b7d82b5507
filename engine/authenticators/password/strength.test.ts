// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkNewPassword } from './check-new-password.ts'
import { estimateStrength } from './strength.ts'

const policy = { lengthMin: 8, lengthMax: 128, refuseCommon: true }

test('what is tried first scores low, and what nobody would try scores high', async () => {
  for (const common of [
    'password',
    '12345678',
    'qwertyuiop',
    'p@ssw0rd',
    'letmein1',
    'aaaaaaaaaaaa',
    '1987-06-05',
    '11111111111111111111',
  ]) {
    const { score } = await estimateStrength(common)
    assert.ok(score < 2, `${common}: ${score}`)
    assert.deepEqual(await checkNewPassword(policy, common), { code: 'password_common' })
  }
  for (const rare of ['granite-otter-lantern-42', 'x7$kQ!v9Lm2#', 'Zwölf Boxkämpfer jagen']) {
    const { score, crackSeconds } = await estimateStrength(rare)
    assert.ok(score >= 3, `${rare}: ${score}`)
    assert.ok(crackSeconds > 3_600)
    assert.equal(await checkNewPassword(policy, rare), undefined)
  }
})

test('what an attacker knows of a person counts as guessable', async () => {
  const hints = ['Annabel Fitzgerald', 'annabel.fitzgerald@example.com']
  const without = await estimateStrength('annabelfitzgerald')
  const known = await estimateStrength('annabelfitzgerald', [...hints, 'annabelfitzgerald'])
  assert.ok(known.crackSeconds < without.crackSeconds / 10)
  assert.deepEqual(await checkNewPassword(policy, 'fitzgeraldann', ['fitzgeraldann']), {
    code: 'password_common',
  })
})

test('length is counted in characters as people see them: code points, not units', async () => {
  assert.deepEqual(await checkNewPassword(policy, '🌍🌎🌏🌍🌎🌏🌍'), {
    code: 'password_too_short',
    lengthMin: 8,
  })
  assert.notEqual((await checkNewPassword(policy, '🌍🦊🌏🐙🌎🦉🌋🍄'))?.code, 'password_too_short')
  assert.deepEqual(await checkNewPassword(policy, 'x'.repeat(129)), {
    code: 'password_too_long',
    lengthMax: 128,
  })
  assert.notEqual((await checkNewPassword(policy, '🌍'.repeat(128)))?.code, 'password_too_long')
})

test('where common ones may be, only the length is judged', async () => {
  assert.equal(await checkNewPassword({ ...policy, refuseCommon: false }, 'password'), undefined)
  const short = await checkNewPassword({ ...policy, refuseCommon: false }, 'passwor')
  assert.equal(short?.code, 'password_too_short')
})

test('no text whatever breaks the estimate', async () => {
  for (const text of ['', ' ', '\u0000', '\ud800', 'ﷺ'.repeat(100), '🌍'.repeat(60), 'x'.repeat(10_000)]) {
    const { score, crackSeconds } = await estimateStrength(text, ['', text])
    assert.ok(score >= 0 && score <= 4)
    assert.ok(Number.isFinite(crackSeconds) && crackSeconds >= 0)
  }
})
