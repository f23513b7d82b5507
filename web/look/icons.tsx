/** 20 px, one stroke width, always beside or under words: none of them speaks alone. */
const PATHS = {
  start: 'M3.5 9 10 3.5 16.5 9v7.5h-4.5v-5H8v5H3.5Z',
  account: 'M10 10a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5ZM3.75 16.5a6.25 6.25 0 0 1 12.5 0',
  signOut: 'M8 3.5H4.5v13H8M12.5 6.5 16 10l-3.5 3.5M16 10H8',
  eye: 'M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10ZM10 12.25a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5Z',
  eyeOff:
    'M4.5 6.6C2.9 8.1 2 10 2 10s3 5.5 8 5.5c1.3 0 2.5-.4 3.5-.9M8 4.75c.6-.2 1.3-.25 2-.25 5 0 8 5.5 8 5.5s-.7 1.3-1.9 2.6M3 3l14 14',
  sun: 'M10 13.25a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5ZM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.35 4.35l1.05 1.05M14.6 14.6l1.05 1.05M15.65 4.35 14.6 5.4M5.4 14.6l-1.05 1.05',
  moon: 'M16.5 11.5A6.5 6.5 0 0 1 8.5 3.5a6.75 6.75 0 1 0 8 8Z',
  computer: 'M3 4.5h14v9H3ZM7.5 16.5h5M10 13.5v3',
  phone: 'M6 2.5h8v15H6ZM9.25 15h1.5',
  program: 'm6.5 6.5-3.5 3.5 3.5 3.5M13.5 6.5 17 10l-3.5 3.5M11.25 4.5l-2.5 11',
  admin: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  people:
    'M7.5 9a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM2.5 16a5 5 0 0 1 10 0M13 8.75a2.5 2.5 0 0 0 0-5M14.5 11.5a4.5 4.5 0 0 1 3 4.5',
  tree: 'M10 7V3.5M10 7a2 2 0 0 0 0 0ZM4.5 13V10h11v3M10 7v3M3 13h3v3.5H3ZM14 13h3v3.5h-3ZM8.5 3.5h3V7h-3Z',
  mail: 'M2.5 4.5h15v11h-15ZM2.5 5l7.5 6 7.5-6',
  place:
    'M3 8.5V16.5h14V8.5M2.5 8.5l1.5-5h12l1.5 5a2.5 2.5 0 0 1-5 0 2.5 2.5 0 0 1-5 0 2.5 2.5 0 0 1-5 0ZM8 16.5v-4h4v4',
  activity: 'M2.5 10.5h3.5l2.5-6 3.5 11 2-5h3.5',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4',
  key: 'M7 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM10 10.5l6.5 6M13.5 13.75l-1.75 1.75M16.5 16.5l-1.5 1.5',
  passkey:
    'M8 10.25a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5ZM2.5 16.5a5.5 5.5 0 0 1 8-4.9M15 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM15 11v6l1.5-1.25M15 14.25l1.25-1',
  twist: 'm7.5 5 5 5-5 5',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
