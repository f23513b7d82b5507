/** Bundles the server and its packages into the folder that is named: `node tools/setup/bundle-server.mjs <folder>`. */
import { build } from 'rolldown'

const [dir] = process.argv.slice(2)
await build({
  input: { main: 'server/main.ts' },
  platform: 'node',
  // Native code stays where it was installed; swagger-ui-dist is a folder of files that we serve.
  external: [/^@node-rs\//, 'sharp', 'pg-native', /^swagger-ui-dist/],
  output: {
    dir,
    format: 'esm',
    // Flat and beside web/: what the sources find by `import.meta.dirname` is one folder up from here too.
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  },
})
