import ts from 'typescript'
import { profiles } from '../../src/at/public.ts'
import { nodesOf, type Source } from './source.ts'

/** Laws 6 and 7: all state of the module is in its state, and what differs by firmware is asked of its profile. */
export const moduleLaw = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ path, isTest }) => path.startsWith('module/') && !isTest)
    .flatMap((source) => [
      ...variablesOf(source).map((name) => `${source.path} keeps state in ${name}, outside the module's state`),
      ...firmwareNamesIn(source).map((text) => `${source.path} names a firmware: ${text}`),
    ])

function variablesOf({ tree }: Source): readonly string[] {
  const lists = tree.statements.flatMap((each) => (ts.isVariableStatement(each) ? [each.declarationList] : []))
  return lists
    .filter(({ flags }) => (flags & ts.NodeFlags.Const) === 0)
    .flatMap(({ declarations }) => declarations.map(({ name }) => name.getText()))
}

const models = /\b(?:SIM|A)7[\dX]/i
const profileNames = new Set(Object.keys(profiles))

/** Also as a key: `profile.sim7600`. */
const firmwareNamesIn = ({ tree }: Source): readonly string[] =>
  nodesOf(tree)
    .filter((node) => ts.isLiteralExpression(node) || ts.isTemplateLiteralToken(node) || ts.isIdentifier(node))
    .map((node) => node.getText())
    .filter((text) => models.test(text) || profileNames.has(text))
