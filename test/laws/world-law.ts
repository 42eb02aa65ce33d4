import { isBuiltin } from 'node:module'
import ts from 'typescript'
import { shells } from './rooms.ts'
import { nodesOf, type Source } from './source.ts'

const timers = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate']
const globals: ReadonlySet<string> = new Set([
  ...['process', 'Buffer', 'NodeJS', 'performance', 'queueMicrotask', 'require', '__dirname', '__filename'],
  ...['fetch', 'WebSocket', 'XMLHttpRequest', 'localStorage', 'navigator'],
  ...timers,
])
/** Whatever it is asked of. */
const members: ReadonlySet<string> = new Set(['randomUUID', 'getRandomValues', 'hrtime'])

/** Law 2: no I/O, clock, randomness or Node outside the shells. Tests may use them. */
export const worldLaw = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ path, isTest }) => !isTest && !shells.some((shell) => shell.test(path)))
    .flatMap((source) => [...new Set(worldOf(source))].map((what) => `${source.path} ${what}`))

function worldOf({ tree, imports }: Source): readonly string[] {
  const modules = imports.filter(({ specifier = '' }) => isBuiltin(specifier))
  return [
    ...modules.map(({ specifier }) => `imports ${specifier} outside the shells`),
    ...worldWords(tree).map((word) => `uses ${word} outside the shells`),
  ]
}

/** The names of the world in a text: `process`, `Date.now`, `new Date()` … A name that is shadowed counts too. */
export const worldWords = (tree: ts.SourceFile): readonly string[] =>
  nodesOf(tree).flatMap((node) => wordAt(node) ?? [])

function wordAt(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node) && isKeyOfGlobalThis(node)) return globals.has(node.text) ? node.text : undefined
  if (!ts.isIdentifier(node)) return undefined
  const { text } = node
  if (isMember(node)) return memberWord(node)
  if (isName(node)) return undefined
  if (globals.has(text)) return text
  if (text === 'Math' || text === 'Date') return impure(node)
  return members.has(text) ? text : undefined
}

function memberWord({ parent, text }: ts.Identifier): string | undefined {
  const { expression } = parent as ts.PropertyAccessExpression
  return members.has(text) && !globals.has(expression.getText()) ? `${expression.getText()}.${text}` : undefined
}

/** Behind a dot, but for `globalThis.`: a member of something. */
const isMember = (node: ts.Identifier): boolean =>
  ts.isPropertyAccessExpression(node.parent) && node.parent.name === node && !isGlobalThis(node.parent.expression)

const isGlobalThis = (node: ts.Node): boolean =>
  ts.isIdentifier(node) && ['globalThis', 'window', 'self', 'global'].includes(node.text)

const isKeyOfGlobalThis = ({ parent }: ts.Node): boolean =>
  ts.isElementAccessExpression(parent) && isGlobalThis(parent.expression)

/** The name of a member that is written down: of a type, an object, a class; not a use of a variable. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isShorthandPropertyAssignment(parent)) return false
  const isKey = ts.isBindingElement(parent) && parent.propertyName === node
  return isKey || ts.isImportSpecifier(parent) || (isNamed(parent) && parent.name === node)
}

const isNamed = (node: ts.Node): node is ts.PropertySignature =>
  ts.isPropertySignature(node) ||
  ts.isMethodSignature(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isAccessor(node)

/** `Math.max`, `Date.UTC`, `new Date(ms)` and `instanceof Date` are arithmetic; what else is made of them is not. */
function impure(node: ts.Identifier): string | undefined {
  const { parent, text } = node
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return memberOf(text, parent.name.text)
  if (text === 'Math') return 'Math'
  if (ts.isTypeReferenceNode(parent)) return undefined
  if (ts.isNewExpression(parent) && parent.expression === node)
    return parent.arguments?.length ? undefined : 'new Date()'
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword
    ? undefined
    : 'Date'
}

const impureMembers: ReadonlySet<string> = new Set(['Math.random', 'Date.now'])

function memberOf(object: string, member: string): string | undefined {
  const word = `${object}.${member}`
  return impureMembers.has(word) ? word : undefined
}
