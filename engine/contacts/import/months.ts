/** Names of months and their short forms, in the languages whose exports we read. */
const NAMES = [
  'january jan januar jänner jan. januari janvier janv enero ene gennaio gen janeiro',
  'february feb februar feber februari février fevrier févr fevr febrero febbraio fevereiro fev',
  'march mar märz maerz mrz mär maart mrt mars marzo março marco',
  'april apr avril avr abril abr aprile',
  'may mai mei mayo maggio mag maio',
  'june jun juni juin junio giugno giu junho',
  'july jul juli juillet juil julio luglio lug julho',
  'august aug augustus août aout agosto ago',
  'september sep sept september septembre septiembre settembre set setembro',
  'october oct oktober okt octobre octubre ottobre ott outubro out',
  'november nov novembre noviembre novembro',
  'december dec dezember dez december décembre decembre déc diciembre dic dicembre dezembro',
]

const MONTHS = new Map(
  NAMES.flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
)

/** @returns 1 to 12; nothing for what is no month. */
export function monthNamed(name: string): number | undefined {
  return MONTHS.get(name.toLowerCase().replace(/\.$/, ''))
}
