/** What a TypeScript file imports, read by the parser of the TypeScript package. */
import ts from 'typescript'

export type Import = {
  /** As written: `./session.ts`, `kysely`, `node:sqlite`. */
  specifier: string
  line: number
  /** Gone at run time: `import type`, `export type … from`, only `type` names, `import('…')` in a type. */
  typeOnly: boolean
}

/** Lists static, dynamic and type imports, and what is exported from elsewhere. */
export function importsOf(path: string, source: string): Import[] {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, false, kind)
  const found: Import[] = []
  const note = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return
    const { line } = file.getLineAndCharacterOfPosition(specifier.getStart(file))
    found.push({ specifier: specifier.text, line: line + 1, typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) note(node.moduleSpecifier, isTypeOnlyImport(node.importClause))
    else if (ts.isExportDeclaration(node)) note(node.moduleSpecifier, isTypeOnlyExport(node))
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      note(node.argument.literal, true)
    else if (ts.isCallExpression(node) && isDynamicImport(node)) note(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** With `verbatimModuleSyntax`, `import { type A } from` still loads the module: only a whole `import type` goes. */
function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  return node.isTypeOnly
}

function isDynamicImport({ expression }: ts.CallExpression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || isRequireLike(expression)
}

function isRequireLike(expression: ts.Expression): boolean {
  const name = ts.isPropertyAccessExpression(expression) ? expression : undefined
  return (
    (ts.isIdentifier(expression) && expression.text === 'require') ||
    // import.meta.resolve('…') names a module as well, for a worker or a child process.
    (name?.name.text === 'resolve' && ts.isMetaProperty(name.expression))
  )
}
