import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

const SERVER = process.env.LATCHKEY_URL ?? 'http://127.0.0.1:3000'

/** What the server answers itself; every other path is a page of ours. */
const SERVED = [
  'api',
  'starter',
  'salon',
  'referral',
  'community',
  'crm',
  'livez',
  'readyz',
  'health',
  '.well-known',
]

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The Content-Security-Policy takes fonts and scripts from our origin only, not from data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What every page needs changes with our dependencies, not with our pages: it stays cached.
            { name: 'ground', test: /node_modules/, tags: ['$initial'], priority: 2 },
            // Two dozen small files would cost a first visit more than a few KB that it may not need.
            {
              name: 'parts',
              test: /web[\\/](?!texts[\\/](en|de))|node_modules/,
              minShareCount: 2,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    // The client and the fonts stand outside of web/.
    fs: { allow: ['..'] },
    proxy: Object.fromEntries(
      SERVED.map((name) => [`^/${name.replace('.', '\\.')}(/|$)`, { target: SERVER }]),
    ),
  },
})
