// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { guessDateOrder, readDate } from './dates.ts'

test('a date is read in any form that files have', () => {
  for (const [written, date, warning] of [
    ['1985-04-15', '1985-04-15'],
    ['19850415', '1985-04-15'],
    ['1985/4/15', '1985-04-15'],
    ['1985.04.15', '1985-04-15'],
    ['--0415', '--04-15'],
    ['--04-15', '--04-15'],
    ['--4-5', '--04-05'],
    ['1604-04-15', '--04-15'],
    ['1985-04-15T00:00:00Z', '1985-04-15'],
    ['1985-04-14T22:00:00Z', '1985-04-14', 'date_has_time'],
    ['1985-04-14 22:00:00', '1985-04-14'],
    ['Tue, 22 Dec 2009', '2009-12-22'],
    ['Tue, 22 Dec 2009 00:00:00 +0100', '2009-12-22'],
    ['19723101', '1972-01-31'],
    ['15.4.1985', '1985-04-15'],
    ['15. 4. 1985', '1985-04-15'],
    ['15.4.', '--04-15'],
    ['15.4.85', '1985-04-15', 'year_guessed'],
    ['15.4.05', '2005-04-15', 'year_guessed'],
    ['4/15/1985', '1985-04-15'],
    ['15/4/1985', '1985-04-15'],
    ['15-04-1985', '1985-04-15'],
    ['15. April 1985', '1985-04-15'],
    ['15 avril 1985', '1985-04-15'],
    ['15 de abril de 1985', '1985-04-15'],
    ['15 mrt 1985', '1985-03-15'],
    ['April 15, 1985', '1985-04-15'],
    ['April 15th', '--04-15'],
    ['29 Feb', '--02-29'],
    ['1985年4月15日', '1985-04-15'],
    ['2000-02-29', '2000-02-29'],
    ['0/0/00', ''],
    ['0000-00-00', ''],
    ['00000000', ''],
    ['', ''],
    ['  ', ''],
  ] as const) {
    assert.deepEqual(readDate(written, 'month_first'), { date, ...(warning ? { warning } : {}) }, written)
  }
  assert.equal(readDate('3/4/1985', 'day_first')?.date, '1985-04-03')
  assert.equal(readDate('3/4/1985', 'month_first')?.date, '1985-03-04')
  assert.equal(readDate('1900-04-15', 'day_first', 1900)?.date, '--04-15')
})

test('what is no date is none', () => {
  for (const written of [
    '1985',
    'April',
    'soon',
    '1985-02-29',
    '1900-02-29',
    '31.4.1985',
    '2/30/1985',
    '13/13/1985',
    '1985-13-13',
    '---15',
    '1985-04',
    '15.4.1985 at noon',
    '99999999',
    '1/2/3/4',
    'x'.repeat(100),
  ]) {
    assert.equal(readDate(written, 'month_first'), undefined, written)
  }
})

test('any day of any year comes back from each form, and nothing makes it throw', () => {
  const day = fc.date({ min: new Date('1700-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(day, (date) => {
      const iso = date.toISOString().slice(0, 10)
      const [y, m, d] = iso.split('-').map(Number)
      for (const written of [
        iso,
        iso.replaceAll('-', ''),
        `${d}.${m}.${y}`,
        `${m}/${d}/${y}`,
        date.toUTCString().slice(0, 16),
      ]) {
        assert.equal(readDate(written, 'month_first')?.date, iso, written)
      }
      assert.equal(readDate(`${d}/${m}/${y}`, 'day_first')?.date, iso)
    }),
  )
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789./- T:Z+,年月日'), maxLength: 24 }),
      (text) => void readDate(text, 'day_first'),
    ),
  )
})

test('one value that leaves no choice decides a column; two that contradict decide nothing', () => {
  assert.deepEqual(guessDateOrder(['3/4/1970', '25/12/1970'], 'month_first', false), {
    order: 'day_first',
    code: 'evidence',
    index: 1,
    isMixed: false,
  })
  assert.deepEqual(guessDateOrder(['3/4/1970', '12/25/1970'], 'day_first', true), {
    order: 'month_first',
    code: 'evidence',
    index: 1,
    isMixed: false,
  })
  assert.deepEqual(guessDateOrder(['25/12/1970', '12/25/1970'], 'day_first', true), {
    order: 'day_first',
    code: 'language',
    isMixed: true,
  })
  assert.deepEqual(guessDateOrder(['3/4/1970', '1970-12-25'], 'month_first', false), {
    order: 'month_first',
    code: 'default',
    isMixed: false,
  })
})
