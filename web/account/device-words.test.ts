import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceOf } from './device-words.ts'

const BROWSERS = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Safari',
    'macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1',
    'Chrome',
    'iPhone',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox', 'Linux'],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    'Samsung Internet',
    'Android',
  ],
  [
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome',
    'ChromeOS',
  ],
] as const

for (const [userAgent, browser, system] of BROWSERS) {
  test(`${browser} on ${system} is called so`, () => {
    const device = deviceOf(userAgent)
    assert.equal('browser' in device && device.browser, browser)
    assert.equal('system' in device && device.system, system)
  })
}

test('a program is called by the name it gives itself, without markup', () => {
  assert.deepEqual(deviceOf('curl/8.5.0'), { kind: 'program', name: 'curl' })
  assert.deepEqual(deviceOf('my-client 2.0 (<script>)'), { kind: 'program', name: 'my-client 2.0' })
})

test('no user agent, or nonsense, is an unknown device', () => {
  for (const nothing of [null, '', '  ', '<script>', 'Mozilla/5.0'])
    assert.deepEqual(deviceOf(nothing), { kind: 'unknown' })
})
