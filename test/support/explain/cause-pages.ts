import type { CauseRule } from '../../../src/explain/matching/rule.ts'
import { rungTitle } from '../../../src/explain/report/report.ts'
import { rules } from '../../../src/explain/rules/rules.ts'
import { examplesOf, failuresIn, type ShownExample } from './shown-by-examples.ts'

interface CausePage {
  readonly fileName: string
  readonly text: string
}

const generated = '<!-- Generated from src/explain/rules: UPDATE=1 npm test -- test/docs/cause-pages.test.ts -->'

/** All of `docs/reference/causes`: the index, then a page a cause. */
export const causePages = (): readonly CausePage[] => [
  { fileName: 'README.md', text: indexPage() },
  ...rules.map((rule) => ({ fileName: `${rule.id}.md`, text: causePage(rule) })),
]

function indexPage(): string {
  const rows = rules.map(
    ({ id, title, rung, severity }) => `| [${id}](${id}.md) | ${rungTitle(rung)} | ${severity} | ${title} |`,
  )
  return `${generated}

# Causes

What [\`atmqtt explain\`](../cli.md#atmqtt-explain-file) finds in a log: ${rules.length} causes. The ids are never renamed.

| id | step | severity | cause |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

function causePage(rule: CauseRule): string {
  const { id, title, severity, rung, do: todo, ask, sources } = rule
  return `${generated}

# ${title}

\`${id}\`: ${severity === 'error' ? 'an' : 'a'} ${severity} at the step ${rungTitle(rung)}.${codeOf(id)}

## What to do

${listOf(todo)}
${ask.length > 0 ? `\n## What to type next\n\n${ask.map((text) => `- \`${text}\``).join('\n')}\n` : ''}
${shownText(rule)}${nearMissText(rule)}
## Known from

${listOf(sources.map(linked))}

[All causes](README.md), [how to have a log explained](../../guide/explain.md)
`
}

const listOf = (texts: readonly string[]): string => texts.map((text) => `- ${text}`).join('\n')

/** `err-32` is told where nothing more exact is. */
function codeOf(id: string): string {
  const code = /^err-(\d+)$/.exec(id)?.[1]
  return code === undefined
    ? ''
    : ` It is told where no other cause fits: [result code ${code}](../error-codes.md#err-${code}).`
}

function shownText(rule: CauseRule): string {
  const examples = examplesOf(rule).map(exampleText)
  return examples.length === 0 ? '' : `## How a log shows it\n\n${examples.join('\n\n')}\n`
}

function exampleText({ session, finding, lines }: ShownExample): string {
  const codes = [...new Set(failuresIn(lines))].flatMap(codeLink)
  const about = codes.length > 0 ? ` Result ${codes.join(', ')}.` : ''
  return `${finding.because.replaceAll('<', '\\<')}${about}\n\n${logBlock(session)}`
}

/** The page of the result code. */
function codeLink(failure: string): readonly string[] {
  const [command, code] = failure.split(' ')
  if (!command!.startsWith('+CMQTT') || code === 'ERROR') return []
  const anchor = command === '+CMQTTCONNLOST' ? `cause-${code}` : `err-${code}`
  return [`[${command} ${code}](../error-codes.md#${anchor})`]
}

function nearMissText({ nearMisses }: CauseRule): string {
  if (nearMisses.length === 0) return ''
  const texts = nearMisses.map(logBlock)
  return `\n## What looks like it and is not\n\n${texts.join('\n\n')}\n`
}

/** Bytes that are no text are written as a terminal that shows them would. */
const logBlock = (session: string): string =>
  `\`\`\`log\n${session.replace(noText, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}\n\`\`\``

const noText = /[\x00-\x08\x0b-\x1f\x7f-\xff]/g

/** `owner/repository#12` leads to the thread. */
const linked = (source: string): string =>
  source.replace(/([\w.-]+\/[\w.-]+)#(\d+)/g, '[$1#$2](https://github.com/$1/issues/$2)')
