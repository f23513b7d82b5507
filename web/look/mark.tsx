/** A key whose bow is a speech bubble. The same path as public/favicon.svg. */
const PATH =
  'M4 2h3a3 3 0 0 1 3 3h5a1 1 0 0 1 1 1v4h-2V7h-1v2h-2V7h-1v.5a3 3 0 0 1-3 3H5L2 13.5V10.24A3 3 0 0 1 1 8V5a3 3 0 0 1 3-3Zm1.5 2.5a1.75 1.75 0 1 0 0 3.5 1.75 1.75 0 0 0 0-3.5Z'

export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
      <path fillRule="evenodd" d={PATH} />
    </svg>
  )
}
