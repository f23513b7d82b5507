import type { DateOrder } from '../dates.ts'

export interface VcardLimits {
  /** Of a picture, decoded. */
  photoBytesMax: number
  /** Of one property, unfolded. */
  lineBytesMax: number
  /** Of one card as a whole. */
  cardBytesMax: number
  propertiesMax: number
  /** For dates such as 3/4/1972. */
  dateOrder: DateOrder
}

export const VCARD_LIMITS: VcardLimits = {
  photoBytesMax: 10 * 1_048_576,
  lineBytesMax: 16 * 1_048_576,
  cardBytesMax: 32 * 1_048_576,
  propertiesMax: 20_000,
  dateOrder: 'month_first',
}

/** Of any value but a picture, a sound or a key. */
export const TEXT_BYTES_MAX = 1_048_576

/** What is kept of what nobody understood: enough for any text, too little for a second picture of full size. */
export const LEFTOVER_LENGTH_MAX = 262_144
