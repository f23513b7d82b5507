/** The key that decides who is who: two spellings of one name are one name. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC')
}

/** ASCII letters and digits: no name can look like another's, like an address, or like a route. */
export function isUsername(text: string, lengthMin: number, lengthMax: number): boolean {
  return text.length >= lengthMin && text.length <= lengthMax && /^[a-z0-9]+$/i.test(text)
}
