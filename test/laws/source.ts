import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** A file below `src/`: its path from there, with `/`, and its text. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

export interface Source extends SourceText {
  readonly tree: ts.SourceFile
  readonly imports: readonly Import[]
  /** A test, or what only tests import. */
  readonly isTest: boolean
}

export interface Import {
  /** As it is written; undefined: computed. */
  readonly specifier: string | undefined
  /** Path below `src/` of what a relative specifier means. */
  readonly path?: string
  readonly typesOnly: boolean
}

/** Whether a path below `src/` is of a test, or of what only tests import. */
export const isTestPath = (path: string): boolean => testFile.test(path)

const testFile = /\.test\.tsx?$|(^|\/)testing\/|^(?!launch\/).*\/testing(-[\w-]+)?\.ts$/

export function readSources(root: string): readonly Source[] {
  const folder = join(root, 'src')
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
  return paths
    .filter((path) => /\.[cm]?tsx?$/.test(path))
    .sort()
    .map((path) => parseSource({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

export function parseSource({ path, text }: SourceText): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports = nodesOf(tree).flatMap((node) => importOf(node, path) ?? [])
  return { path, text, tree, imports, isTest: isTestPath(path) }
}

/** A node and everything in it, in the order of the text. */
export function nodesOf(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = []
  const visit = (each: ts.Node): void => {
    found.push(each)
    ts.forEachChild(each, visit)
  }
  visit(node)
  return found
}

/** Static, side-effect and dynamic imports, re-exports, `require` and the types `import('…').T`. */
function importOf(node: ts.Node, from: string): Import | undefined {
  if (ts.isImportDeclaration(node)) return imported(node.moduleSpecifier, from, hasOnlyTypes(node.importClause))
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return imported(node.moduleSpecifier, from, node.isTypeOnly || areTypes(node.exportClause))
  if (ts.isExternalModuleReference(node)) return imported(node.expression, from, false)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return imported(node.argument.literal, from, true)
  if (ts.isCallExpression(node) && isLoad(node)) return imported(node.arguments[0], from, false)
  return undefined
}

function imported(specifier: ts.Node | undefined, from: string, typesOnly: boolean): Import {
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return { specifier: undefined, typesOnly }
  const { text } = specifier
  if (!text.startsWith('.')) return { specifier: text, typesOnly }
  return { specifier: text, path: posix.join(posix.dirname(from), text), typesOnly }
}

const isLoad = ({ expression }: ts.CallExpression): boolean =>
  expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')

function hasOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  return clause.name === undefined && areTypes(clause.namedBindings)
}

const areTypes = (names: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean =>
  names !== undefined &&
  (ts.isNamedImports(names) || ts.isNamedExports(names)) &&
  names.elements.length > 0 &&
  names.elements.every((element) => element.isTypeOnly)
