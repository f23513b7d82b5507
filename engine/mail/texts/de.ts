import { durationIn } from './duration.ts'
import type { MailTexts } from './texts.ts'

export const de: MailTexts = {
  confirm_email: ({ place, who, link, minutes, isOurPage }) => ({
    subject: 'Bestätige deine E-Mail-Adresse',
    paragraphs: [
      `Das Konto ${who} bei ${place} wurde mit dieser Adresse angelegt.`,
      isOurPage
        ? 'Warst du es, bestätige sie. Warst du es nicht, nimmt dieselbe Seite deine Adresse aus dem Konto heraus.'
        : 'Warst du es, bestätige sie. Warst du es nicht, lass diese Mail liegen; die Adresse bleibt unbestätigt.',
    ],
    action: { label: isOurPage ? 'Bestätigen oder ablehnen' : 'Bestätigen', link },
    footnote: `Der Link gilt ${durationIn('de', minutes)}. Nichts wartet auf ihn.`,
  }),
  finish_registration: ({ place, link, days }) => ({
    subject: `Dein Konto bei ${place}`,
    paragraphs: [
      `Ein Schritt fehlt noch: Bestätige, dass diese Adresse dir gehört, und dein Konto bei ${place} ist bereit.`,
    ],
    action: { label: 'Adresse bestätigen', link },
    footnote: `Der Link gilt ${days} Tage. Hast du dich nicht angemeldet, lass ihn liegen, und nichts geschieht.`,
  }),
  already_registered: ({ place, signInLink, recoveryLink }) => ({
    subject: `Du hast schon ein Konto bei ${place}`,
    paragraphs: [
      `Jemand hat sich bei ${place} mit deiner Adresse registriert. Du hast dort schon ein Konto, und daran hat sich nichts geändert.`,
      `Warst du es und das Passwort ist weg, setze ein neues: ${recoveryLink}`,
    ],
    action: { label: 'Anmelden', link: signInLink },
  }),
  sign_in_code: ({ place, code, minutes }) => ({
    subject: 'Dein Anmeldecode',
    paragraphs: [`Dein Code für ${place}:`],
    code,
    footnote: `Er gilt einmal, für ${minutes} Minuten. Gib ihn niemandem: Wir fragen nie danach.`,
  }),
  email_proof_code: ({ place, code, minutes }) => ({
    subject: `OTP (${code})`,
    paragraphs: [`Dein Code für ${place}, mit dem du zeigst, dass diese Adresse dir gehört:`],
    code,
    footnote: `Er gilt einmal, für ${minutes} Minuten. Gib ihn dort ein, wo du angemeldet bist, und sonst niemandem: Wir fragen nie danach.`,
  }),
  recovery_link: ({ place, link, minutes, subject = 'Setze dein Passwort neu', token }) => ({
    subject,
    paragraphs: [`Jemand, wahrscheinlich du, möchte bei ${place} ein neues Passwort setzen.`],
    action: { label: 'Neues Passwort setzen', link },
    ...(token !== undefined && { code: token }),
    footnote: `Der Link gilt einmal, für ${minutes} Minuten. Warst du es nicht, lass ihn liegen: Dein Passwort bleibt, wie es ist.`,
  }),
  password_changed: ({ place, recoveryLink, passkeys, accountLink }) => ({
    subject: 'Dein Passwort wurde geändert',
    paragraphs: [
      `Das Passwort deines Kontos bei ${place} wurde geändert, und deine anderen Geräte wurden abgemeldet.`,
      `Warst du es nicht, setze jetzt ein neues: ${recoveryLink}`,
      ...stillOpen(passkeys, accountLink),
    ],
  }),
  passkey_added: ({ place, name, accountLink, recoveryLink }) => ({
    subject: 'Ein Passkey wurde hinzugefügt',
    paragraphs: [
      `Der Passkey „${name}“ öffnet von nun an dein Konto bei ${place}.`,
      `Warst du es nicht, entferne ihn auf deiner Kontoseite: ${accountLink}`,
      `Setze dann ein neues Passwort: ${recoveryLink}`,
    ],
  }),
  passkey_removed: ({ place, name, accountLink, recoveryLink }) => ({
    subject: 'Ein Passkey wurde entfernt',
    paragraphs: [
      `Der Passkey „${name}“ öffnet dein Konto bei ${place} nicht mehr.`,
      `Wie du sonst hineinkommst, steht auf deiner Kontoseite: ${accountLink}`,
      `Warst du es nicht, setze jetzt ein neues Passwort: ${recoveryLink}`,
    ],
  }),
  totp_enabled: ({ place, recoveryLink }) => ({
    subject: 'Ein zweiter Schritt wurde eingeschaltet',
    paragraphs: [
      `Die Anmeldung bei deinem Konto bei ${place} fragt jetzt nach einem Code deiner Authenticator-App.`,
      `Warst du es nicht, setze jetzt ein neues Passwort: ${recoveryLink}`,
    ],
  }),
  totp_disabled: ({ place, recoveryLink }) => ({
    subject: 'Der zweite Schritt wurde ausgeschaltet',
    paragraphs: [
      `Die Anmeldung bei deinem Konto bei ${place} fragt nicht mehr nach einem Code deiner Authenticator-App.`,
      `Warst du es nicht, setze jetzt ein neues Passwort: ${recoveryLink}`,
    ],
  }),
  provider_linked: ({ place, provider, recoveryLink }) => ({
    subject: `Anmelden mit ${provider} wurde hinzugefügt`,
    paragraphs: [
      `Dein Konto bei ${place} lässt sich jetzt auch mit ${provider} öffnen.`,
      `Warst du es nicht, setze jetzt ein neues Passwort und nimm es in deinem Konto heraus: ${recoveryLink}`,
    ],
  }),
  provider_unlinked: ({ place, provider, recoveryLink }) => ({
    subject: `Anmelden mit ${provider} wurde entfernt`,
    paragraphs: [
      `Mit ${provider} lässt sich dein Konto bei ${place} nicht mehr öffnen.`,
      `Warst du es nicht, setze jetzt ein neues Passwort: ${recoveryLink}`,
    ],
  }),
  password_ended: ({ place, recoveryLink }) => ({
    subject: 'Setze ein neues Passwort',
    paragraphs: [
      `Du hast gezeigt, dass diese Adresse dir gehört. Das Konto bei ${place} war mit ihr von einem Browser angelegt worden, den wir nicht kennen; darum gilt sein altes Passwort nicht mehr, und alle anderen wurden abgemeldet.`,
      'Du kannst mit Codes per E-Mail weitermachen oder ein eigenes Passwort setzen.',
    ],
    action: { label: 'Neues Passwort setzen', link: recoveryLink },
  }),
  confirm_email_change: ({ place, link, minutes }) => ({
    subject: 'Bestätige deine neue E-Mail-Adresse',
    paragraphs: [`Bestätige, dass dein Konto bei ${place} von nun an diese Adresse benutzt.`],
    action: { label: 'Neue Adresse bestätigen', link },
    footnote: `Der Link gilt ${durationIn('de', minutes)}. Weißt du nichts davon, lass ihn liegen, und nichts geschieht.`,
  }),
  email_change_asked: ({ place, newEmail, recoveryLink }) => ({
    subject: 'Deine E-Mail-Adresse soll sich ändern',
    paragraphs: [
      `Dein Konto bei ${place} soll von nun an ${newEmail} benutzen. Das gilt, sobald diese Adresse bestätigt ist.`,
      `Warst du es nicht, setze jetzt ein neues Passwort; das beendet die Änderung: ${recoveryLink}`,
    ],
  }),
  welcome: ({ place, name, password, signInLink, days }) => ({
    subject: `Willkommen bei ${place}`,
    paragraphs: [
      `Hallo ${name}, für dich wurde ein Konto bei ${place} angelegt. Melde dich mit dieser Adresse und diesem Passwort an:`,
    ],
    code: password,
    action: { label: 'Anmelden', link: signInLink },
    footnote: `Das Passwort gilt ${days} Tage; danach wählst du dein eigenes.`,
  }),
  sign_in_ended: ({ place, recoveryLink }) => ({
    subject: 'Eine Anmeldung wurde sicherheitshalber beendet',
    paragraphs: [
      `Ein alter Schlüssel zu deinem Konto bei ${place} wurde noch einmal benutzt, wie es geschieht, wenn ihn jemand kopiert hat. Diese Anmeldung wurde beendet; melde dich auf deinem Gerät neu an.`,
      `Weißt du nicht, warum, setze ein neues Passwort: ${recoveryLink}`,
    ],
  }),
  email_changed: ({ place, newEmail }) => ({
    subject: 'Deine E-Mail-Adresse wurde geändert',
    paragraphs: [`Dein Konto bei ${place} benutzt jetzt ${newEmail}. Diese Adresse öffnet es nicht mehr.`],
  }),
  reminders: ({ place, reminders, birthdays }) => ({
    subject: reminders.length > 0 ? 'Erinnerungen für heute' : 'Geburtstage',
    paragraphs: [
      ...(reminders.length > 0 ? ['Zu tun:'] : []),
      ...reminders.map(({ date, who, message }) => `${date}, ${who}: ${message}`),
      ...(birthdays.length > 0 ? ['Geburtstage:'] : []),
      ...birthdays.map(({ name, daysUntil }) => `${name}: ${until(daysUntil)}`),
    ],
    footnote: `Aus deinem Adressbuch bei ${place}.`,
  }),
}

function stillOpen(passkeys: number, accountLink: string): string[] {
  if (passkeys === 0) return []
  if (passkeys === 1)
    return [
      `Ein Passkey öffnet es weiterhin. Ist er nicht deiner, entferne ihn auf deiner Kontoseite: ${accountLink}`,
    ]
  return [
    `${passkeys} Passkeys öffnen es weiterhin. Entferne die, die nicht deine sind, auf deiner Kontoseite: ${accountLink}`,
  ]
}

function until(daysUntil: number): string {
  if (daysUntil === 0) return 'heute'
  return daysUntil === 1 ? 'morgen' : `in ${daysUntil} Tagen`
}
