import { printableJson, printableLine } from '../../at/syntax/printable.ts'
import type { Compared } from './comparison.ts'
import type { Learnt } from './learn.ts'
import type { LearntProfile } from './learnt-profile.ts'
import { timesOf } from './times.ts'

/** What a report is made of. */
export interface ReportSource {
  /** `atmqtt 0.1.0` */
  readonly tool: string
  /** `2026-11-30` */
  readonly date: string
  /** How long it took, ms. */
  readonly ms: number
  readonly learnt: Learnt
  readonly profile: LearntProfile
  readonly compared: readonly Compared[]
}

/** A section of a report: sentences, then a table, then code. */
interface Section {
  readonly title: string
  readonly text: readonly string[]
  readonly head?: readonly string[]
  /** Text in backquotes is code. */
  readonly rows?: readonly (readonly string[])[]
  readonly code?: string
}

/** The data of a report, for `npm run adopt`. */
export interface ReportData {
  readonly tool: string
  readonly date: string
  readonly model: string
  readonly revision: string
  readonly base: string
  readonly profile: Readonly<Record<string, unknown>>
  readonly answers: readonly {
    readonly question: string
    readonly requirements: readonly string[]
    readonly same: boolean
    /** Of an answer that differs. */
    readonly differs?: readonly { readonly sent: string; readonly theirs: string; readonly ours: string }[]
  }[]
}

export function reportData({ tool, date, learnt, profile, compared }: ReportSource): ReportData {
  const text = (path: string) => String(learnt.traits.get(path) ?? 'unknown')
  return {
    tool,
    date,
    model: text('identity.model'),
    revision: text('identity.revision'),
    base: profile.base,
    profile: profile.file,
    answers: compared.flatMap(({ asked: { question }, said, same }) => {
      if (same === undefined) return []
      const differs = said
        .filter(({ theirs, ours }) => theirs !== ours)
        .map(({ sent, theirs, ours }) => ({ sent, theirs, ours: ours ?? '' }))
      const requirements = question.shows ?? []
      return [{ question: question.id, requirements, same, ...(!same && { differs }) }]
    }),
  }
}

function sectionsOf(source: ReportSource): readonly Section[] {
  const { learnt, profile, compared } = source
  const missing = learnt.asked.flatMap(({ question, missing: why }) => (why ? [[question.title, why]] : []))
  return [
    {
      title: `What differs from the profile ${profile.base}`,
      text: profile.changes.length === 0 ? ['Nothing.'] : [],
      head: ['value', profile.base, 'this module'],
      rows: profile.changes.map(({ path, ours, theirs }) => [code(path), code(ours), code(theirs)]),
    },
    {
      title: 'Questions',
      text: [
        'Each was put to this module, and to a virtual one that runs the learnt profile. The requirements are claims of atmqtt about modules, listed in its reference: an answer bears them out, or not.',
      ],
      head: ['question', 'requirements', 'answered as the learnt profile says'],
      rows: compared
        .filter(isOfInterest)
        .map(({ asked: { question }, same }) => [
          question.title,
          (question.shows ?? []).map((id) => code(id)).join(' '),
          same === undefined ? '–' : same ? 'yes' : '**no**',
        ]),
    },
    ...differing(compared),
    {
      title: 'Answered as the learnt profile says, and in no requirement',
      text: [
        compared
          .filter((each) => !isOfInterest(each))
          .map(({ asked: { question } }) => question.title)
          .join('; '),
      ],
    },
    ...(missing.length > 0
      ? [{ title: 'Not asked, or not answered', text: [], head: ['question', 'why'], rows: missing }]
      : []),
    ...(learnt.left.length > 0
      ? [
          {
            title: 'Not set back',
            text: [`The module did not take these any more; send them by hand: ${learnt.left.map(code).join(', ')}.`],
          },
        ]
      : []),
    {
      title: 'Not learnt',
      text: [
        `Nothing was learnt of these values of a profile; the file leaves them as ${profile.base} has them: ${profile.unknown.map(code).join(', ')}.`,
        ...(profile.partly.length > 0
          ? [`Learnt in part: ${profile.partly.map(([path, what]) => `${code(path)}, ${what}`).join('; ')}.`]
          : []),
        ...(profile.refused.length > 0
          ? [`No profile can hold these, which were seen: ${profile.refused.map(code).join(', ')}.`]
          : []),
      ],
    },
    {
      title: 'Response times',
      text: ['From the last byte sent to the final result, in milliseconds.'],
      head: ['class', 'least', 'median', 'most', 'answers'],
      rows: [...timesOf(learnt.asked)].map(([kind, { least, median, most, count }]) => [
        code(`responseTimes.${kind}`),
        ...[least, median, most].map((ms) => ms.toFixed(0)),
        String(count),
      ]),
    },
    {
      title: 'Data',
      text: ['For the project, which reads it with `npm run adopt`.'],
      code: printableJson(JSON.stringify(reportData(source), null, 1)),
    },
  ]
}

const isOfInterest = ({ asked: { question }, same }: Compared): boolean =>
  question.shows !== undefined || same === false

const differing = (compared: readonly Compared[]): readonly Section[] =>
  compared
    .filter(({ same }) => same === false)
    .map(({ asked: { question }, said }) => ({
      title: question.title,
      text: [],
      head: ['sent', 'this module', 'atmqtt'],
      rows: said
        .filter(({ theirs, ours }) => theirs !== ours)
        .map(({ sent, theirs, ours }) => [code(sent), code(theirs), code(ours ?? 'nothing')]),
    }))

function code(value: unknown): string {
  const text = typeof value === 'string' ? printableLine(value) : printableJson(JSON.stringify(value))
  return `\`${text.replaceAll('`', "'")}\``
}

function headOf({ tool, date, ms, learnt, profile, compared }: ReportSource) {
  const text = (path: string) => printableLine(String(learnt.traits.get(path) ?? 'unknown'))
  const answered = learnt.asked.filter(({ missing }) => missing === undefined).length
  const differ = compared.filter(({ same }) => same === false).length
  const ended = { interrupted: ' It was interrupted.', silent: ' The module fell silent before the end.' }
  return {
    title: `${text('identity.model')}, revision ${text('identity.revision')}`,
    about: `${tool}, ${date}, ${Math.round(ms / 1000)} s. ${answered} of ${learnt.asked.length} questions answered, ${differ} of them otherwise than the learnt profile says, which extends ${profile.base}.${learnt.ended ? ended[learnt.ended] : ''} Numbers of module and SIM, addresses, names of networks, times and positions are left out; what the firmware says of itself is in it. docs/hardware.md says where to send it.`,
  }
}

/** The report in Markdown. */
export function learntMarkdown(source: ReportSource): string {
  const { title, about } = headOf(source)
  const parts = sectionsOf(source).map((section) => {
    const table = section.rows?.length ? markdownTable(section.head!, section.rows) : []
    const block = section.code === undefined ? [] : ['', '```json', section.code, '```']
    return [`## ${section.title}`, ...section.text.flatMap((each) => ['', each]), ...table, ...block].join('\n')
  })
  return `${[`# ${title.replace(/[\\`*[\]<>#!|~&]/g, '\\$&')}`, about, ...parts].join('\n\n')}\n`
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line)]
}

/** The same as one self-contained page. */
export function learntHtml(source: ReportSource): string {
  const { title, about } = headOf(source)
  const parts = sectionsOf(source).map(
    (section) => `<h2>${rich(section.title)}</h2>
${section.text.map((each) => `<p>${rich(each)}</p>`).join('\n')}
${section.rows?.length ? htmlTable(section.head!, section.rows) : ''}
${section.code === undefined ? '' : `<details><summary>JSON</summary><pre>${escaped(section.code)}</pre></details>`}`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
<h1>${escaped(title)}</h1>
<p>${escaped(about)}</p>
${parts.join('\n')}
</html>
`
}

const htmlTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<div class="scroll"><table><tr>${head.map((cell) => `<th>${rich(cell)}`).join('')}</tr>
${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${rich(cell)}`).join('')}</tr>`).join('\n')}
</table></div>`

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (each) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[each]!)

const rich = (text: string): string =>
  escaped(text)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')

const style = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884}
code,pre{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}.scroll{overflow-x:auto}`
