import { durationIn } from './duration.ts'
import type { MailTexts } from './texts.ts'

export const nl: MailTexts = {
  confirm_email: ({ place, who, link, minutes, isOurPage }) => ({
    subject: 'Bevestig je e-mailadres',
    paragraphs: [
      `Het account ${who} bij ${place} is met dit adres aangemaakt.`,
      isOurPage
        ? 'Was jij dat, bevestig het dan. Zo niet, dan haalt dezelfde pagina je adres uit dat account.'
        : 'Was jij dat, bevestig het dan. Zo niet, laat deze mail dan liggen; het adres blijft onbevestigd.',
    ],
    action: { label: isOurPage ? 'Bevestigen of weigeren' : 'Bevestigen', link },
    footnote: `De link werkt ${durationIn('nl', minutes)}. Er wacht niets op.`,
  }),
  finish_registration: ({ place, link, days }) => ({
    subject: `Je account bij ${place}`,
    paragraphs: [`Nog één stap: bevestig dat dit adres van jou is, en je account bij ${place} is klaar.`],
    action: { label: 'Mijn adres bevestigen', link },
    footnote: `De link werkt ${days} dagen. Heb je je niet aangemeld, laat hem dan liggen; er gebeurt niets.`,
  }),
  already_registered: ({ place, signInLink, recoveryLink }) => ({
    subject: `Je hebt al een account bij ${place}`,
    paragraphs: [
      `Iemand heeft zich bij ${place} aangemeld met jouw adres. Je hebt daar al een account, en daaraan is niets veranderd.`,
      `Was jij het en ben je het wachtwoord kwijt, stel dan een nieuw in: ${recoveryLink}`,
    ],
    action: { label: 'Inloggen', link: signInLink },
  }),
  sign_in_code: ({ place, code, minutes }) => ({
    subject: 'Je inlogcode',
    paragraphs: [`Je code voor ${place}:`],
    code,
    footnote: `Hij werkt één keer, ${minutes} minuten lang. Geef hem aan niemand: wij vragen er nooit om.`,
  }),
  email_proof_code: ({ place, code, minutes }) => ({
    subject: `OTP (${code})`,
    paragraphs: [`Je code voor ${place}, waarmee je laat zien dat dit adres van jou is:`],
    code,
    footnote: `Hij werkt één keer, ${minutes} minuten lang. Typ hem in waar je bent ingelogd, en geef hem aan niemand: wij vragen er nooit om.`,
  }),
  recovery_link: ({ place, link, minutes, subject = 'Stel je wachtwoord opnieuw in', token }) => ({
    subject,
    paragraphs: [`Iemand, waarschijnlijk jij, wil bij ${place} een nieuw wachtwoord instellen.`],
    action: { label: 'Nieuw wachtwoord instellen', link },
    ...(token !== undefined && { code: token }),
    footnote: `De link werkt één keer, ${minutes} minuten lang. Was jij het niet, laat hem dan liggen: je wachtwoord blijft zoals het is.`,
  }),
  password_changed: ({ place, recoveryLink, passkeys, accountLink }) => ({
    subject: 'Je wachtwoord is gewijzigd',
    paragraphs: [
      `Het wachtwoord van je account bij ${place} is gewijzigd, en je andere apparaten zijn uitgelogd.`,
      `Was jij het niet, stel dan nu een nieuw in: ${recoveryLink}`,
      ...stillOpen(passkeys, accountLink),
    ],
  }),
  passkey_added: ({ place, name, accountLink, recoveryLink }) => ({
    subject: 'Er is een passkey toegevoegd',
    paragraphs: [
      `De passkey “${name}” opent vanaf nu je account bij ${place}.`,
      `Was jij het niet, verwijder hem dan op je accountpagina: ${accountLink}`,
      `Stel daarna een nieuw wachtwoord in: ${recoveryLink}`,
    ],
  }),
  passkey_removed: ({ place, name, accountLink, recoveryLink }) => ({
    subject: 'Er is een passkey verwijderd',
    paragraphs: [
      `De passkey “${name}” opent je account bij ${place} niet meer.`,
      `Hoe je er verder in komt, staat op je accountpagina: ${accountLink}`,
      `Was jij het niet, stel dan nu een nieuw wachtwoord in: ${recoveryLink}`,
    ],
  }),
  totp_enabled: ({ place, recoveryLink }) => ({
    subject: 'Een tweede stap is ingeschakeld',
    paragraphs: [
      `Inloggen bij je account bij ${place} vraagt nu om een code van je authenticator-app.`,
      `Was jij het niet, stel dan nu een nieuw wachtwoord in: ${recoveryLink}`,
    ],
  }),
  totp_disabled: ({ place, recoveryLink }) => ({
    subject: 'De tweede stap is uitgeschakeld',
    paragraphs: [
      `Inloggen bij je account bij ${place} vraagt niet meer om een code van je authenticator-app.`,
      `Was jij het niet, stel dan nu een nieuw wachtwoord in: ${recoveryLink}`,
    ],
  }),
  provider_linked: ({ place, provider, recoveryLink }) => ({
    subject: `Inloggen met ${provider} is toegevoegd`,
    paragraphs: [
      `Je account bij ${place} is nu ook met ${provider} te openen.`,
      `Was jij het niet, stel dan nu een nieuw wachtwoord in en haal het uit je account: ${recoveryLink}`,
    ],
  }),
  provider_unlinked: ({ place, provider, recoveryLink }) => ({
    subject: `Inloggen met ${provider} is verwijderd`,
    paragraphs: [
      `Met ${provider} is je account bij ${place} niet meer te openen.`,
      `Was jij het niet, stel dan nu een nieuw wachtwoord in: ${recoveryLink}`,
    ],
  }),
  password_ended: ({ place, recoveryLink }) => ({
    subject: 'Stel een nieuw wachtwoord in',
    paragraphs: [
      `Je hebt laten zien dat dit adres van jou is. Het account bij ${place} was ermee aangemaakt door een browser die we niet kennen; daarom werkt het oude wachtwoord niet meer en zijn alle anderen uitgelogd.`,
      'Je kunt verder met codes per e-mail, of een eigen wachtwoord instellen.',
    ],
    action: { label: 'Nieuw wachtwoord instellen', link: recoveryLink },
  }),
  confirm_email_change: ({ place, link, minutes }) => ({
    subject: 'Bevestig je nieuwe e-mailadres',
    paragraphs: [`Bevestig dat je account bij ${place} voortaan dit adres gebruikt.`],
    action: { label: 'Nieuw adres bevestigen', link },
    footnote: `De link werkt ${durationIn('nl', minutes)}. Weet je hier niets van, laat hem dan liggen; er gebeurt niets.`,
  }),
  email_change_asked: ({ place, newEmail, recoveryLink }) => ({
    subject: 'Je e-mailadres gaat veranderen',
    paragraphs: [
      `Je account bij ${place} moet voortaan ${newEmail} gebruiken. Dat gaat in zodra dat adres is bevestigd.`,
      `Was jij het niet, stel dan nu een nieuw wachtwoord in; dat stopt de wijziging: ${recoveryLink}`,
    ],
  }),
  welcome: ({ place, name, password, signInLink, days }) => ({
    subject: `Welkom bij ${place}`,
    paragraphs: [
      `Hallo ${name}, er is een account bij ${place} voor je aangemaakt. Log in met dit adres en dit wachtwoord:`,
    ],
    code: password,
    action: { label: 'Inloggen', link: signInLink },
    footnote: `Het wachtwoord werkt ${days} dagen; daarna kies je je eigen wachtwoord.`,
  }),
  sign_in_ended: ({ place, recoveryLink }) => ({
    subject: 'Een aanmelding is voor de zekerheid beëindigd',
    paragraphs: [
      `Een oude sleutel van je account bij ${place} is opnieuw gebruikt, zoals gebeurt wanneer iemand hem heeft gekopieerd. Die aanmelding is beëindigd; log opnieuw in op je eigen apparaat.`,
      `Weet je niet waarom, stel dan een nieuw wachtwoord in: ${recoveryLink}`,
    ],
  }),
  email_changed: ({ place, newEmail }) => ({
    subject: 'Je e-mailadres is gewijzigd',
    paragraphs: [`Je account bij ${place} gebruikt nu ${newEmail}. Dit adres opent het niet meer.`],
  }),
  reminders: ({ place, reminders, birthdays }) => ({
    subject: reminders.length > 0 ? 'Herinneringen voor vandaag' : 'Verjaardagen',
    paragraphs: [
      ...(reminders.length > 0 ? ['Te doen:'] : []),
      ...reminders.map(({ date, who, message }) => `${date}, ${who}: ${message}`),
      ...(birthdays.length > 0 ? ['Verjaardagen:'] : []),
      ...birthdays.map(({ name, daysUntil }) => `${name}: ${until(daysUntil)}`),
    ],
    footnote: `Uit je adresboek bij ${place}.`,
  }),
}

function stillOpen(passkeys: number, accountLink: string): string[] {
  if (passkeys === 0) return []
  if (passkeys === 1)
    return [
      `Eén passkey opent het nog steeds. Is hij niet van jou, verwijder hem dan op je accountpagina: ${accountLink}`,
    ]
  return [
    `${passkeys} passkeys openen het nog steeds. Verwijder wat niet van jou is op je accountpagina: ${accountLink}`,
  ]
}

function until(daysUntil: number): string {
  if (daysUntil === 0) return 'vandaag'
  return daysUntil === 1 ? 'morgen' : `over ${daysUntil} dagen`
}
