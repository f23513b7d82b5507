/** Reads a contract's page (its README.md) and its OpenAPI document, to hold one against the other. */

/** A heading for each route, `## GET /api/health`, and the text under it. */
export function sectionsOf(page: string): { route: string; text: string }[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [route = '', ...lines] = section.split('\n')
      return { route, text: lines.join('\n').trim() }
    })
}

export function operationsOf(document: any): { route: string; operation: any }[] {
  return Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
}

export function resolveIn(document: any, response: any): any {
  return response?.$ref ? document.components.responses[response.$ref.split('/').at(-1)] : response
}

/** `409 Email address already registered`, as the lines under each heading have it. */
export function failuresOnPage(page: string): Record<string, string[]> {
  return Object.fromEntries(
    sectionsOf(page).map(({ route, text }) => [
      route,
      [...text.matchAll(/^- (\d{3}) `(.+)`$/gm)].map(([, status, words]) => `${status} ${words}`).toSorted(),
    ]),
  )
}

/** The same, as the document has it. */
export function failuresInDocument(document: any): Record<string, string[]> {
  return Object.fromEntries(
    operationsOf(document).map(({ route, operation }) => [
      route,
      Object.entries<any>(operation.responses)
        .filter(([status]) => Number(status) >= 400)
        .flatMap(([status, response]) =>
          resolveIn(document, response)
            .description.split(' / ')
            .map((words: string) => `${status} ${words}`),
        )
        .toSorted(),
    ]),
  )
}
