import type { Contract } from '../contract.ts'

export const salonCredential: Contract['credential'] = { cookie: null, isBearerTaken: true }
