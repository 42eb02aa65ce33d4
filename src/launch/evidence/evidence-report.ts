import { printableText } from '../../at/syntax/printable.ts'
import type { Evidence } from '../../conformance/requirements.ts'
import { OutputFile, unreadPipe, writeWhole } from '../../io/output-file.ts'
import { errorCode, errorText, SetupError } from '../../io/setup-error.ts'
import { evidenceJunit } from './evidence-junit.ts'
import { evidenceOrder, type ReliedBehaviour, type RunEvidence } from './run-evidence.ts'

/** Writes it as JSON or JUnit, by the ending of the file, else as text. Throws a `SetupError`. */
export const writeEvidence = (path: string, evidence: RunEvidence, required: Evidence | undefined): void =>
  attempt(path, () => writeWhole(path, textFor(path, evidence, required), { append: false, permissions }))

/** Makes sure, before a run that may take hours, that it can be written: a pipe stays open for its reader. Throws a `SetupError`. */
export const checkEvidenceFile = (path: string): OutputFile =>
  attempt(path, () => new OutputFile(path, { append: true, permissions }))

const permissions = 0o600

function attempt<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const advice = errorCode(error) === unreadPipe.code ? unreadPipe.advice : 'give another file'
    throw new SetupError('denied', `The evidence can't be written to ${path} (${errorText(error)}): ${advice}.`, error)
  }
}

function textFor(path: string, evidence: RunEvidence, required: Evidence | undefined): string {
  if (/\.json$/i.test(path)) return `${JSON.stringify(evidence, null, 2)}\n`
  return /\.xml$/i.test(path) ? evidenceJunit(evidence, required) : evidenceText(evidence)
}

const meanings: Readonly<Record<Evidence, string>> = {
  note: "the maker's note says so",
  A: 'output of a real SIM767x',
  B: 'a transcript of a sibling',
  C: 'another manual of the maker',
  D: 'drivers that work on the hardware',
  E: 'nothing observed: our choice',
}

/** For people: what is known worst first. */
export function evidenceText(evidence: RunEvidence): string {
  const { tool, profile, behaviours, accepted, unknown, replies, idleFaults } = evidence
  const graded = [...evidenceOrder].reverse().flatMap((grade) => {
    const those = behaviours.filter((each) => each.grade === grade)
    return those.length === 0 ? [] : [`${grade} (${meanings[grade]}): ${those.length}`, ...those.map(row), '']
  })
  return printableText(
    [
      `What the hosts relied on (${tool}, profile ${profile}), what is known worst first`,
      '',
      ...graded,
      ...list('Answered here without effect', accepted.map(row)),
      ...list(
        'Unknown here, answered ERROR',
        unknown.map((name) => `  AT${name}`),
      ),
      ...list(
        "Answered by the profile's own replies",
        replies.map((name) => `  AT${name}`),
      ),
      ...list(
        'Faults that came to nothing',
        idleFaults.map((sentence) => `  ${sentence}`),
      ),
    ].join('\n'),
  )
}

const row = ({ id, what, times }: ReliedBehaviour): string => `  ${`${times}×`.padStart(6)}  ${id}  ${plain(what)}`

const list = (title: string, rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? [] : [`${title}: ${rows.length}`, ...rows, '']

/** Markdown without its marks. */
const plain = (text: string): string => text.replace(/`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
