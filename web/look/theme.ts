import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core'

/** The one accent: what can be done, and where one is. 7 is the light page's, 3 the dark one's. */
const teal: MantineColorsTuple = [
  '#ecf7f6',
  '#d3eceb',
  '#a9d9d7',
  '#74c5c1',
  '#46aaa7',
  '#238c8a',
  '#107170',
  '#075b5c',
  '#05494b',
  '#03383a',
]

/** Neutral with a trace of blue. 5 is the lightest that may draw a field's edge on white (3:1). */
const gray: MantineColorsTuple = [
  '#f6f8fa',
  '#eef1f4',
  '#e3e8ec',
  '#d2d9e0',
  '#aab5c0',
  '#808d9b',
  '#5d6976',
  '#475260',
  '#2b343e',
  '#161c23',
]

/** Dark is a palette of its own: a page of blue-black, cards a step lighter, never pure white text. */
const dark: MantineColorsTuple = [
  '#e7ecf1',
  '#c9d2da',
  '#aab6c1',
  '#7d8a97',
  '#333d48',
  '#28313a',
  '#1d242c',
  '#14191f',
  '#0f1318',
  '#0a0d11',
]

export const theme = createTheme({
  colors: { teal, gray, dark },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 3 },
  black: '#161c23',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: {
    fontFamily: "'Inter Variable', system-ui, sans-serif",
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '6px', xl: '6px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  // Mantine writes white on every filled button; on the dark page's light teal, that could not be read.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input)
    const isAccent = (input.color ?? input.theme.primaryColor) === input.theme.primaryColor
    return input.variant === 'filled' && isAccent
      ? { ...colors, color: 'var(--mantine-primary-color-contrast)' }
      : colors
  },
})

/**
 * Text is AAA on what it stands on (7:1): the default theme's grey, red and teal words are not.
 * `--lk-…` are our own: the accent, amber for what waits, hairlines, the ground of cards.
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fff',
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-6)',
    '--mantine-color-error': '#9b1526',
    '--mantine-color-anchor': 'var(--mantine-color-teal-7)',
    '--mantine-color-default-border': 'var(--mantine-color-gray-5)',
    '--mantine-primary-color-contrast': '#fff',
    '--mantine-color-teal-filled-hover': 'var(--mantine-color-teal-8)',
    '--mantine-color-teal-light-color': 'var(--mantine-color-teal-7)',
    '--lk-ground': 'var(--mantine-color-gray-0)',
    '--lk-card': '#fff',
    '--lk-line': 'var(--mantine-color-gray-2)',
    '--lk-edge': 'var(--mantine-color-gray-5)',
    '--lk-here': 'var(--mantine-color-teal-0)',
    '--lk-accent': 'var(--mantine-color-teal-7)',
    '--lk-danger-ground': '#fdf0f1',
    '--lk-danger-line': '#f0c4c9',
    '--lk-wait-ground': '#fdf6e3',
    '--lk-wait-line': '#ecd9a4',
    '--lk-wait': '#664700',
    '--lk-float': '0 1px 2px rgb(22 28 35 / 8%), 0 8px 24px rgb(22 28 35 / 14%)',
  },
  dark: {
    '--mantine-color-body': 'var(--mantine-color-dark-7)',
    '--mantine-color-dimmed': 'var(--mantine-color-dark-2)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-3)',
    '--mantine-color-error': '#ffa8ad',
    '--mantine-color-anchor': 'var(--mantine-color-teal-3)',
    '--mantine-color-default-border': '#65717d',
    '--mantine-primary-color-contrast': '#04201f',
    '--mantine-color-teal-filled-hover': 'var(--mantine-color-teal-2)',
    '--mantine-color-teal-light-color': 'var(--mantine-color-teal-3)',
    '--lk-ground': 'var(--mantine-color-dark-8)',
    '--lk-card': 'var(--mantine-color-dark-7)',
    '--lk-line': 'var(--mantine-color-dark-5)',
    '--lk-edge': '#65717d',
    '--lk-here': '#16302f',
    '--lk-accent': 'var(--mantine-color-teal-3)',
    '--lk-danger-ground': '#2b1719',
    '--lk-danger-line': '#5a2b30',
    '--lk-wait-ground': '#272010',
    '--lk-wait-line': '#544318',
    '--lk-wait': '#f2cf7e',
    '--lk-float': '0 0 0 1px #28313a, 0 12px 32px rgb(0 0 0 / 60%)',
  },
})

/** The same key is read by public/before-paint.js. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'latchkey.theme' })
