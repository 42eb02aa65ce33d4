import ts from 'typescript'
import type { Source } from './source.ts'

/** Names that more than one file may declare and export, each with its reason. At most five. */
export const sharedNames: Readonly<Record<string, string>> = {
  concat: 'mqtt/ imports nothing, and at/ needs it too',
  Packet: 'the driver has the names that MQTT.js gives to its types, and programs write',
}

/**
 * The entries of `atmqtt/driver` for Node and for browsers: whoever imports it gets one of them, so they offer the same
 * names, and, as MQTT.js does, these by default too.
 */
const twinEntries: ReadonlySet<string> = new Set(['driver/node.ts', 'driver/web.ts'])

/** Names that more than one file declares and exports, with these files. Re-exports, tests and twin entries do not count. */
export function namesExportedTwice(sources: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>()
  for (const { path, tree, isTest } of sources)
    if (!isTest) for (const name of exportedNames(tree)) files.set(name, [...(files.get(name) ?? []), path])
  return new Map(
    [...files].filter(([, paths]) => new Set(paths.map(placeOf)).size > 1).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const placeOf = (path: string): string => (twinEntries.has(path) ? 'driver/' : path)

export function exportedNameLaw(sources: readonly Source[], shared = sharedNames): readonly string[] {
  const twice = namesExportedTwice(sources)
  return [
    ...sources
      .filter(({ path, tree, isTest }) => !isTest && !twinEntries.has(path) && tree.statements.some(isDefaultExport))
      .map(({ path }) => `${path} has a default export: every importer would name it anew`),
    ...[...twice]
      .filter(([name]) => shared[name] === undefined)
      .map(([name, paths]) => `${name} is declared and exported by ${paths.join(', ')}`),
    ...Object.keys(shared)
      .filter((name) => !twice.has(name))
      .map((name) => `${name} is on the list of names that two files export, and is not exported twice`),
    ...Object.entries(shared)
      .filter(([, reason]) => reason.trim() === '')
      .map(([name]) => `${name} is on the list of names that two files export without a reason`),
    ...(Object.keys(shared).length > 5 ? ['the list of names that two files export has more than five'] : []),
  ]
}

/** A type and a value of one name are one name. A re-export that renames declares the new name. */
export function exportedNames(tree: ts.SourceFile): ReadonlySet<string> {
  const declared = new Set(tree.statements.flatMap(declaredNames))
  const listed = tree.statements.flatMap((statement) => (isLocalList(statement) ? statement.exportClause.elements : []))
  return new Set([
    ...tree.statements.filter(isExported).flatMap(declaredNames),
    ...tree.statements.flatMap(renamedOnTheWay),
    ...listed
      .filter(({ name, propertyName }) => declared.has((propertyName ?? name).text))
      .map(({ name }) => name.text),
  ])
}

/** `export { a, b as c }` without a `from`. */
const isLocalList = (node: ts.Statement): node is ts.ExportDeclaration & { readonly exportClause: ts.NamedExports } =>
  ts.isExportDeclaration(node) && !node.moduleSpecifier && !!node.exportClause && ts.isNamedExports(node.exportClause)

/** `b` of `export { a as b } from …` and `export * as b from …`. */
function renamedOnTheWay(node: ts.Statement): readonly string[] {
  if (!ts.isExportDeclaration(node) || !node.moduleSpecifier || !node.exportClause) return []
  if (ts.isNamespaceExport(node.exportClause)) return [node.exportClause.name.text]
  return node.exportClause.elements.filter(({ propertyName }) => propertyName).map(({ name }) => name.text)
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportDeclaration(node) && node.exportClause)
    return ts.isNamespaceExport(node.exportClause)
      ? node.exportClause.name.text === 'default'
      : node.exportClause.elements.some(({ name }) => name.text === 'default')
  return ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
}

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

function declaredNames(node: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(({ name }) => boundNames(name))
  const { name } = node as ts.Statement & { readonly name?: ts.Node }
  return name && ts.isIdentifier(name) ? [name.text] : []
}

const boundNames = (name: ts.BindingName): readonly string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []))
