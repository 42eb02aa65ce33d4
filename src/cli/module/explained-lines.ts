import type { NewAdviser } from '../../at/adviser.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { printableJson } from '../../at/syntax/printable.ts'
import { LineAdviser } from '../../explain/line-adviser.ts'
import type { LogReport } from '../../explain/report/report.ts'
import { textReport } from '../../explain/report/text-report.ts'
import { printError, printJson } from '../output.ts'

const width = 80

/** `module --explain`: what went wrong on each line. */
export class ExplainedLines {
  readonly #profile: Profile
  readonly #advisers = new Map<string, LineAdviser>()

  constructor(profile: Profile) {
    this.#profile = profile
  }

  readonly newAdviser: NewAdviser = (line) => {
    const adviser = new LineAdviser(this.#profile)
    this.#advisers.set(line, adviser)
    return adviser
  }

  /** The lines on which something went wrong: with `json` a line of JSON each, else text on standard error. */
  print({ json = false, stdio = false }: { readonly json?: boolean; readonly stdio?: boolean }): void {
    const reports = [...this.#advisers].map(([line, adviser]) => ({ line, report: adviser.end() }))
    const wrong = reports.filter(({ report }) => report.findings.some(({ severity }) => severity !== 'note'))
    if (json || stdio) return printEvents(wrong, stdio)
    for (const { line, report } of wrong) printError(`\nOn ${line}:\n\n${textReport(report, { colour: false, width })}`)
    if (wrong.length === 0) printError('atmqtt: --explain found nothing that went wrong.\n')
  }
}

function printEvents(wrong: readonly { readonly line: string; readonly report: LogReport }[], stdio: boolean): void {
  for (const { line, report } of wrong) {
    const event = { event: 'explained', line, ...report }
    if (stdio) printError(`${printableJson(JSON.stringify(event))}\n`)
    else printJson(event)
  }
}
