import { encode } from 'uqr'
import classes from './qr-code.module.css'

/** ISO/IEC 18004 asks for four light modules around the code. */
const QUIET_MODULES = 4

/** Black on white in every theme: not every reader knows what to do with the reverse. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES })
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0Z`} />
      <path fill="#000" d={darkModules(data)} />
    </svg>
  )
}

/** One path of unit squares: hundreds of elements would be slow to draw. */
function darkModules(rows: boolean[][]): string {
  return rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1Z` : ''))).join('')
}
