/** The document writes the token of a first step in hex; ours has the same 256 bits in base64url. */
export function toTempToken(token: string): string {
  return Buffer.from(token, 'base64url').toString('hex')
}

/** @returns an empty text for what is none. */
export function fromTempToken(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex').toString('base64url') : ''
}
