/** In this order: each of them names those below it in its own user agent. */
const BROWSERS = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera/, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const

const SYSTEMS = [
  [/\biPhone\b/, 'iPhone', 'phone'],
  [/\biPad\b/, 'iPad', 'phone'],
  [/\bAndroid\b/, 'Android', 'phone'],
  [/\bWindows\b/, 'Windows', 'computer'],
  [/\bCrOS\b/, 'ChromeOS', 'computer'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS', 'computer'],
  [/\bLinux\b/, 'Linux', 'computer'],
] as const

export type Device =
  | { kind: 'computer' | 'phone'; browser: string; system: string }
  | { kind: 'program'; name: string }
  | { kind: 'unknown' }

/** What a person would call the device; a user agent is a claim, so it is good for words alone. */
export function deviceOf(userAgent: string | null): Device {
  if (userAgent === null || userAgent.trim() === '') return { kind: 'unknown' }
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1]
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))
  if (browser !== undefined && system !== undefined) return { kind: system[2], browser, system: system[1] }
  const name = /^[\w .-]{1,40}/.exec(userAgent)?.[0].trim()
  return name === undefined || name === '' || name === 'Mozilla'
    ? { kind: 'unknown' }
    : { kind: 'program', name }
}
