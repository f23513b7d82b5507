/*
 * Properties that are in no standard, or say nothing about anybody, by name.
 */

/** Properties that say something about the card or the program that wrote it, not about anybody. */
export const SILENT = new Set([
  'VERSION',
  'PRODID',
  'BEGIN',
  'END',
  'PROFILE',
  'SOURCE',
  'X-ABUID',
  'X-APPLE-SUBLOCALITY',
  'X-IMAGETYPE',
  'X-IMAGEHASH',
  'X-SHARED-PHOTO-DISPLAY-PREF',
  'X-FILE-AS',
])

/** Messengers that have a property of their own; the label says which. */
export const MESSENGERS: Record<string, string> = {
  'X-AIM': 'aim',
  'X-GADUGADU': 'gadu-gadu',
  'X-GADU-GADU': 'gadu-gadu',
  'X-GOOGLE-TALK': 'google talk',
  'X-GTALK': 'google talk',
  'X-GROUPWISE': 'groupwise',
  'X-ICQ': 'icq',
  'X-JABBER': 'jabber',
  'X-MATRIX': 'matrix',
  'X-MS-IMADDRESS': '',
  'X-MSN': 'msn',
  'X-QQ': 'qq',
  'X-SKYPE': 'skype',
  'X-SKYPE-USERNAME': 'skype',
  'X-TELEGRAM': 'telegram',
  'X-TWITTER': 'twitter',
  'X-YAHOO': 'yahoo',
}

/** Relatives that have a property of their own, by name. */
export const RELATIVES: Record<string, string> = {
  'X-SPOUSE': 'spouse',
  'X-EVOLUTION-SPOUSE': 'spouse',
  'X-KADDRESSBOOK-X-SPOUSESNAME': 'spouse',
  'X-MS-SPOUSE': 'spouse',
  'X-MANAGER': 'manager',
  'X-EVOLUTION-MANAGER': 'manager',
  'X-KADDRESSBOOK-X-MANAGERSNAME': 'manager',
  'X-MS-MANAGER': 'manager',
  'X-ASSISTANT': 'assistant',
  'X-EVOLUTION-ASSISTANT': 'assistant',
  'X-KADDRESSBOOK-X-ASSISTANTSNAME': 'assistant',
  'X-MS-ASSISTANT': 'assistant',
  'X-CHILD': 'child',
  'X-MS-CHILD': 'child',
}

/** Texts of ours, which our own export writes. */
export const OUR_TEXTS: Record<
  string,
  'howWeMet' | 'foodPreference' | 'workInformation' | 'contactInformation'
> = {
  'X-LATCHKEY-HOW-WE-MET': 'howWeMet',
  'X-LATCHKEY-FOOD-PREFERENCE': 'foodPreference',
  'X-LATCHKEY-WORK-INFORMATION': 'workInformation',
  'X-LATCHKEY-CONTACT-INFORMATION': 'contactInformation',
}
