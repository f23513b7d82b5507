import type { Language } from './texts/language.ts'
import { type MailFacts, type MailKind, mailTexts } from './texts/texts.ts'

export interface MailContent {
  subject: string
  text: string
  html: string
}

/** Lays a mail out as plain text and as HTML; both say the same. */
export function renderMail<Kind extends MailKind>(
  kind: Kind,
  language: Language,
  facts: MailFacts[Kind],
): MailContent {
  const { subject, paragraphs, action, code, footnote } = mailTexts[language][kind](facts)
  const text = [...paragraphs, code, action && `${action.label}: ${action.link}`, footnote]
    .filter((part) => part !== undefined)
    .join('\n\n')
  const body = [
    ...paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${linked(paragraph)}</p>`),
    code &&
      `<p style="margin:0 0 16px;font-size:30px;font-weight:600;letter-spacing:6px;font-family:monospace">${escapeHtml(code)}</p>`,
    action &&
      `<p style="margin:24px 0"><a href="${escapeHtml(action.link)}" style="background:#0f766e;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none;display:inline-block">${escapeHtml(action.label)}</a></p><p style="margin:0 0 16px;font-size:13px;color:#5b6472;word-break:break-all">${linked(action.link)}</p>`,
    footnote && `<p style="margin:24px 0 0;font-size:13px;color:#5b6472">${escapeHtml(footnote)}</p>`,
  ].filter((part) => part !== undefined)
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head><body style="margin:0;padding:32px 16px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:480px;margin:0 auto">${body.join('')}</div></body></html>`
  return { subject, text: `${text}\n`, html }
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Addresses that we wrote into a sentence can be clicked. */
function linked(text: string): string {
  return escapeHtml(text).replace(/https?:\/\/[^\s<]+/g, (link) => `<a href="${link}">${link}</a>`)
}
