import { durationIn } from './duration.ts'
import type { MailTexts } from './texts.ts'

export const en: MailTexts = {
  confirm_email: ({ place, who, link, minutes, isOurPage }) => ({
    subject: 'Confirm your e-mail address',
    paragraphs: [
      `The account ${who} at ${place} was registered with this address.`,
      isOurPage
        ? 'If that was you, confirm it. If it was not, the same page takes your address out of that account.'
        : 'If that was you, confirm it. If it was not, leave this mail, and the address stays unconfirmed.',
    ],
    action: { label: isOurPage ? 'Confirm or refuse' : 'Confirm', link },
    footnote: `The link works for ${durationIn('en', minutes)}. Nothing waits for it.`,
  }),
  finish_registration: ({ place, link, days }) => ({
    subject: `Your account at ${place}`,
    paragraphs: [
      `One step is left: confirm that this address is yours, and your account at ${place} is ready.`,
    ],
    action: { label: 'Confirm my address', link },
    footnote: `The link works for ${days} days. If you did not sign up, leave it, and nothing happens.`,
  }),
  already_registered: ({ place, signInLink, recoveryLink }) => ({
    subject: `You already have an account at ${place}`,
    paragraphs: [
      `Somebody signed up at ${place} with your address. You have an account there already, and nothing about it has changed.`,
      `If it was you and the password is gone, set a new one: ${recoveryLink}`,
    ],
    action: { label: 'Sign in', link: signInLink },
  }),
  sign_in_code: ({ place, code, minutes }) => ({
    subject: 'Your login code',
    paragraphs: [`Your code for ${place}:`],
    code,
    footnote: `It works once, for ${minutes} minutes. Give it to nobody: we never ask for it.`,
  }),
  email_proof_code: ({ place, code, minutes }) => ({
    subject: `OTP (${code})`,
    paragraphs: [`Your code for ${place}, to show that this address is yours:`],
    code,
    footnote: `It works once, for ${minutes} minutes. Type it where you are signed in, and give it to nobody: we never ask for it.`,
  }),
  recovery_link: ({ place, link, minutes, subject = 'Reset your password', token }) => ({
    subject,
    paragraphs: [`Somebody, probably you, asked to set a new password at ${place}.`],
    action: { label: 'Set a new password', link },
    ...(token !== undefined && { code: token }),
    footnote: `The link works once, for ${minutes} minutes. If it was not you, leave it: your password stays as it is.`,
  }),
  password_changed: ({ place, recoveryLink, passkeys, accountLink }) => ({
    subject: 'Your password was changed',
    paragraphs: [
      `The password of your account at ${place} was changed, and your other devices were signed out.`,
      `If it was not you, set a new one now: ${recoveryLink}`,
      ...stillOpen(passkeys, accountLink),
    ],
  }),
  passkey_added: ({ place, name, accountLink, recoveryLink }) => ({
    subject: 'A passkey was added',
    paragraphs: [
      `The passkey “${name}” opens your account at ${place} from now on.`,
      `If it was not you, remove it on your account page: ${accountLink}`,
      `Then set a new password: ${recoveryLink}`,
    ],
  }),
  passkey_removed: ({ place, name, accountLink, recoveryLink }) => ({
    subject: 'A passkey was removed',
    paragraphs: [
      `The passkey “${name}” no longer opens your account at ${place}.`,
      `Your other ways in are on your account page: ${accountLink}`,
      `If it was not you, set a new password now: ${recoveryLink}`,
    ],
  }),
  totp_enabled: ({ place, recoveryLink }) => ({
    subject: 'A second step was switched on',
    paragraphs: [
      `Signing in to your account at ${place} now asks for a code of your authenticator app.`,
      `If it was not you, set a new password now: ${recoveryLink}`,
    ],
  }),
  totp_disabled: ({ place, recoveryLink }) => ({
    subject: 'The second step was switched off',
    paragraphs: [
      `Signing in to your account at ${place} no longer asks for a code of your authenticator app.`,
      `If it was not you, set a new password now: ${recoveryLink}`,
    ],
  }),
  provider_linked: ({ place, provider, recoveryLink }) => ({
    subject: `Sign-in with ${provider} was added`,
    paragraphs: [
      `Your account at ${place} can now be opened by signing in with ${provider}.`,
      `If it was not you, set a new password now, and take it off in your account: ${recoveryLink}`,
    ],
  }),
  provider_unlinked: ({ place, provider, recoveryLink }) => ({
    subject: `Sign-in with ${provider} was taken off`,
    paragraphs: [
      `Signing in with ${provider} no longer opens your account at ${place}.`,
      `If it was not you, set a new password now: ${recoveryLink}`,
    ],
  }),
  password_ended: ({ place, recoveryLink }) => ({
    subject: 'Set a new password',
    paragraphs: [
      `You proved that this address is yours. The account at ${place} had been registered with it by a browser that we do not know, so its old password no longer works and everybody else was signed out.`,
      'You can go on with codes by mail, or set a password of your own.',
    ],
    action: { label: 'Set a new password', link: recoveryLink },
  }),
  confirm_email_change: ({ place, link, minutes }) => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: [`Confirm that your account at ${place} should use this address from now on.`],
    action: { label: 'Confirm the new address', link },
    footnote: `The link works for ${durationIn('en', minutes)}. If you know nothing of this, leave it, and nothing happens.`,
  }),
  email_change_asked: ({ place, newEmail, recoveryLink }) => ({
    subject: 'Your e-mail address is about to change',
    paragraphs: [
      `Your account at ${place} is to use ${newEmail} from now on. It changes when that address is confirmed.`,
      `If it was not you, set a new password now; that ends the change: ${recoveryLink}`,
    ],
  }),
  welcome: ({ place, name, password, signInLink, days }) => ({
    subject: `Welcome to ${place}`,
    paragraphs: [
      `Hello ${name}, an account at ${place} was made for you. Sign in with this address and this password:`,
    ],
    code: password,
    action: { label: 'Sign in', link: signInLink },
    footnote: `The password works for ${days} days, and you will be asked to choose your own.`,
  }),
  sign_in_ended: ({ place, recoveryLink }) => ({
    subject: 'A sign-in was ended for safety',
    paragraphs: [
      `An old key to your account at ${place} was used again, as happens when somebody has copied it. That sign-in was ended; sign in again on the device that you use.`,
      `If you do not know why, set a new password: ${recoveryLink}`,
    ],
  }),
  email_changed: ({ place, newEmail }) => ({
    subject: 'Your e-mail address was changed',
    paragraphs: [`Your account at ${place} now uses ${newEmail}. This address no longer opens it.`],
  }),
  reminders: ({ place, reminders, birthdays }) => ({
    subject: reminders.length > 0 ? 'Reminders for today' : 'Birthdays',
    paragraphs: [
      ...(reminders.length > 0 ? ['To do:'] : []),
      ...reminders.map(({ date, who, message }) => `${date}, ${who}: ${message}`),
      ...(birthdays.length > 0 ? ['Birthdays:'] : []),
      ...birthdays.map(({ name, daysUntil }) => `${name}: ${until(daysUntil)}`),
    ],
    footnote: `From your address book at ${place}.`,
  }),
}

function stillOpen(passkeys: number, accountLink: string): string[] {
  if (passkeys === 0) return []
  if (passkeys === 1)
    return [`One passkey still opens it. If it is not yours, remove it on your account page: ${accountLink}`]
  return [
    `${passkeys} passkeys still open it. Remove those that are not yours on your account page: ${accountLink}`,
  ]
}

function until(daysUntil: number): string {
  if (daysUntil === 0) return 'today'
  return daysUntil === 1 ? 'tomorrow' : `in ${daysUntil} days`
}
