import ts from 'typescript'
import { nodesOf, type Source } from './source.ts'

/** A function with a body, as it is written down. */
export interface FunctionFigures {
  readonly path: string
  readonly line: number
  readonly name: string
  /** From its first line to its last one; comments before it do not count. */
  readonly lines: number
  readonly complexity: number
}

type FunctionNode = ts.FunctionLikeDeclaration & { readonly body: ts.Node }

export const functionsOf = (sources: readonly Source[]): readonly FunctionFigures[] =>
  sources
    .filter(({ isTest }) => !isTest)
    .flatMap(({ path, tree }) =>
      nodesOf(tree).flatMap((node) => (isFunction(node) ? [figuresOf(path, tree, node)] : [])),
    )

const isFunction = (node: ts.Node): node is FunctionNode =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

function figuresOf(path: string, tree: ts.SourceFile, node: FunctionNode): FunctionFigures {
  const line = tree.getLineAndCharacterOfPosition(node.getStart()).line
  const last = tree.getLineAndCharacterOfPosition(node.end).line
  return { path, line: line + 1, name: nameOf(node), lines: last - line + 1, complexity: complexityOf(node) }
}

function nameOf({ name, parent }: FunctionNode): string {
  if (name) return name.getText()
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.name) return parent.name.getText()
  return 'a function'
}

/**
 * McCabe's: one, and one for each way that branches off. A function inside is counted by itself, so a table of functions
 * is as simple as its entries; a `switch` is not.
 */
function complexityOf(node: FunctionNode): number {
  let count = 1
  const visit = (each: ts.Node): void => {
    if (isFunction(each)) return
    if (branches(each)) count++
    ts.forEachChild(each, visit)
  }
  ts.forEachChild(node, visit)
  return count
}

const branching: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.CaseClause,
  ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.ConditionalExpression,
])
const shortCircuits: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
])

const branches = (node: ts.Node): boolean =>
  branching.has(node.kind) || (ts.isBinaryExpression(node) && shortCircuits.has(node.operatorToken.kind))
