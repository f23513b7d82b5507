import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify'
import { openapiDocument } from '../contracts/openapi.ts'
import type { Mount } from './apps/mount.ts'
import { PAGE_HEADERS } from './http/page-headers.ts'

const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}
const config = { access: 'public', isHidden: true } as const
const DAY_SECONDS = 24 * 3600

/** The page about an app at `<prefix>/docs`, its document at `<prefix>/openapi.json`, its keys. */
export function docsRoutes(
  scope: FastifyInstance,
  { contract, context }: Mount,
  routes: RouteOptions[],
): void {
  const { app, engine, realm, house } = context
  let document: string | undefined
  const sendDocument = (reply: FastifyReply): void => {
    document ??= JSON.stringify(openapiDocument(contract, app, house.version, routes), null, 2)
    reply.type('application/json; charset=utf-8').send(document)
  }
  scope.get('/openapi.json', { config }, (_request, reply) => sendDocument(reply))
  scope.get('/.well-known/jwks.json', { config }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300').type('application/jwk-set+json')
    return JSON.stringify(await engine.keys.jwks(realm))
  })
  if (contract.docs && !context.settings.isDevelopment) return
  if (contract.docs) {
    scope.get(contract.docs.documentPath, { config }, (_request, reply) => sendDocument(reply))
    scope.get('/docs', { config }, (_request, reply) => {
      reply.redirect(`${app.prefix}/docs/`, 303)
    })
  }
  scope.get(contract.docs ? '/docs/' : '/docs', { config }, (_request, reply) => {
    reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(pageOf(contract.title, app.prefix))
  })
  scope.get('/docs/start.js', { config }, (_request, reply) => {
    reply.type('text/javascript; charset=utf-8').send(scriptOf(app.prefix))
  })
  scope.get<{ Params: { file: string } }>('/docs/:file', { config }, async ({ params: { file } }, reply) => {
    const type = ASSETS[file]
    if (!type) return reply.callNotFound()
    const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
    reply.header('cache-control', `public, max-age=${DAY_SECONDS}`).type(type)
    return readFile(join(folder, file))
  })
}

function pageOf(title: string, prefix: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} API</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="${prefix}/docs/swagger-ui.css">
</head>
<body style="margin:0">
<div id="swagger-ui"></div>
<script src="${prefix}/docs/swagger-ui-bundle.js"></script>
<script src="${prefix}/docs/start.js"></script>
</body>
</html>
`
}

/** Dark or light as chosen in the web app (web/look/theme.ts keeps it), which may stand on the same origin. */
function scriptOf(prefix: string): string {
  return `let chosen = null
try {
  chosen = localStorage.getItem('latchkey.theme')
} catch {}
const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.classList.toggle('dark-mode', dark)
document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
SwaggerUIBundle({
  url: ${JSON.stringify(`${prefix}/openapi.json`)},
  dom_id: '#swagger-ui',
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
})
`
}
