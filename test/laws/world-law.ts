import { isBuiltin } from 'node:module'
import ts from 'typescript'
import { shellFiles, shells, worldExceptions } from './rooms.ts'
import { nodesOf, type Source } from './source.ts'

const timers = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate']
const globals: ReadonlySet<string> = new Set([
  ...['process', 'Buffer', 'NodeJS', 'performance', 'queueMicrotask', 'require', '__dirname', '__filename'],
  ...['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'localStorage', 'navigator', 'console'],
  ...['Worker', 'SharedWorker', 'MessageChannel', 'BroadcastChannel'],
  // Code from text, and the language and the time zone of the machine.
  ...['Function', 'eval', 'Intl'],
  ...timers,
])
/** Whatever it is asked of. */
const members: ReadonlySet<string> = new Set(['randomUUID', 'getRandomValues', 'hrtime', 'subtle'])
/** Of `globalThis`, beside those that are found by their own name: what is the same everywhere. */
const pureOfGlobalThis: ReadonlySet<string> = new Set(['structuredClone', 'isNaN', 'parseInt'])

type Exceptions = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Law 2: no I/O, clock, randomness or Node outside the shells. Tests may use them. */
export const worldLaw = (sources: readonly Source[], exceptions: Exceptions = worldExceptions): readonly string[] =>
  sources
    .filter(({ path, isTest }) => !isTest && !isShell(path))
    .flatMap((source) => worldOf(source, exceptions[source.path] ?? {}).map((what) => `${source.path} ${what}`))

function worldOf({ tree, imports }: Source, except: Readonly<Record<string, string>>): readonly string[] {
  const modules = imports.filter(({ specifier = '' }) => isBuiltin(specifier))
  const words = worldWords(tree).filter((word) => except[word] === undefined)
  return [
    ...new Set(modules.map(({ specifier }) => `imports ${specifier} outside the shells`)),
    ...new Set(words.map((word) => `uses ${word} outside the shells`)),
  ]
}

/** Exceptions that nothing needs, or that have no reason. */
export function unusedExceptions(sources: readonly Source[], exceptions: Exceptions): readonly string[] {
  const words = new Map(sources.map((source) => [source.path, worldWords(source.tree)]))
  return Object.entries(exceptions).flatMap(([path, reasons]) =>
    Object.entries(reasons).flatMap(([word, reason]) => [
      ...(words.get(path)?.includes(word) ? [] : [`${path} has an exception for ${word} and does not use it`]),
      ...(reason.trim() === '' ? [`${path} has an exception for ${word} without a reason`] : []),
    ]),
  )
}

const isShell = (path: string): boolean => shellFiles.has(path) || shells.some((shell) => shell.test(path))

/** The names of the world in a text: `process`, `Date.now`, `new Date()` … A name that is shadowed counts too. */
export const worldWords = (tree: ts.SourceFile): readonly string[] =>
  nodesOf(tree).flatMap((node) => wordAt(node) ?? [])

function wordAt(node: ts.Node): string | undefined {
  if (ts.isMetaProperty(node)) return node.keywordToken === ts.SyntaxKind.ImportKeyword ? metaWord(node) : undefined
  if (ts.isStringLiteralLike(node)) return wordOfKey(node)
  return ts.isIdentifier(node) ? wordOfName(node) : undefined
}

function wordOfName(node: ts.Identifier): string | undefined {
  const { text } = node
  if (isMember(node)) return memberWord(node)
  if (isName(node)) return isTakenApart(node) && members.has(text) ? text : undefined
  if (isGlobalThis(node)) return globalThisWord(node)
  if (globals.has(text)) return text
  if (text === 'Math' || text === 'Date' || text === 'AbortSignal') return impure(node)
  return members.has(text) ? text : undefined
}

/** `import.meta` is of the place that a file stands in. */
const metaWord = ({ parent }: ts.MetaProperty): string =>
  ts.isPropertyAccessExpression(parent) ? parent.getText() : 'import.meta'

function wordOfKey(node: ts.StringLiteralLike): string | undefined {
  const { parent, text } = node
  if (!ts.isElementAccessExpression(parent)) return undefined
  if (isGlobalThis(parent.expression)) return globals.has(text) ? text : undefined
  return members.has(text) ? `${parent.expression.getText()}.${text}` : undefined
}

function memberWord({ parent, text }: ts.Identifier): string | undefined {
  const { expression } = parent as ts.PropertyAccessExpression
  if (!members.has(text) || globals.has(expression.getText())) return undefined
  const isOfSubtle = text === 'subtle' && ts.isPropertyAccessExpression(parent.parent)
  return isOfSubtle ? parent.parent.getText() : `${expression.getText()}.${text}`
}

/** `globalThis` as a value is all of the world; `typeof globalThis` and `typeof globalThis.x` are questions. */
function globalThisWord(node: ts.Identifier): string | undefined {
  const { parent } = node
  const whole = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) ? parent : node
  if (ts.isTypeOfExpression(whole.parent) || ts.isTypeQueryNode(parent) || ts.isQualifiedName(parent)) return undefined
  const key = keyOf(whole)
  if (key === undefined) return node.text
  return globals.has(key) || pureOfGlobalThis.has(key) ? undefined : `${node.text}.${key}`
}

function keyOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (!ts.isElementAccessExpression(node)) return undefined
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined
}

/** Behind a dot, but for `globalThis.`: a member of something. */
const isMember = (node: ts.Identifier): boolean =>
  ts.isPropertyAccessExpression(node.parent) && node.parent.name === node && !isGlobalThis(node.parent.expression)

const isGlobalThis = (node: ts.Node): boolean =>
  ts.isIdentifier(node) && ['globalThis', 'window', 'self', 'global'].includes(node.text)

/** `a` of `const { a: b } = c`. */
const isTakenApart = ({ parent }: ts.Node): boolean => ts.isBindingElement(parent)

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
  if (ts.isNewExpression(parent) && parent.expression === node) return hasArgument(parent) ? undefined : `new ${text}()`
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword
    ? undefined
    : text
}

/** One that is spread may be none. */
function hasArgument({ arguments: given }: ts.NewExpression): boolean {
  const first = given?.[0]
  return first !== undefined && !ts.isSpreadElement(first)
}

const impureMembers: ReadonlySet<string> = new Set(['Math.random', 'Date.now', 'AbortSignal.timeout'])

function memberOf(object: string, member: string): string | undefined {
  const word = `${object}.${member}`
  return impureMembers.has(word) ? word : undefined
}
