import { createReadStream } from 'node:fs'
import { Explainer } from '../../explain/explain.ts'
import type { LogReport } from '../../explain/report/report.ts'
import { textReport } from '../../explain/report/text-report.ts'
import { errorText } from '../../io/setup-error.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { printJson, printOwn } from '../output.ts'

export interface ExplainCliOptions {
  readonly all?: boolean
  readonly json?: boolean
}

const widest = 80

/** Explains logs and prints what was found. The exit code. */
export async function runExplain(
  files: readonly string[],
  { all = false, json = false }: ExplainCliOptions,
): Promise<number> {
  const explainer = new Explainer({ all })
  for (const file of files) for await (const bytes of bytesOfFile(file)) explainer.feed(bytes)
  const report = explainer.end()
  if (report.shape === 'none')
    throw new UsageError(
      `There are no AT commands and no answers to them in ${files.join(', ')}: give the log of the line to the module.`,
    )
  if (json) printJson(report)
  else
    printOwn(
      textReport(report, {
        colour: process.stdout.isTTY === true,
        width: Math.min(widest, process.stdout.columns ?? widest),
      }),
    )
  return exitCodeOf(report)
}

async function* bytesOfFile(file: string): AsyncIterable<Uint8Array> {
  try {
    yield* file === '-' ? process.stdin : createReadStream(file)
  } catch (error) {
    throw new UsageError(`${file} can't be read (${errorText(error)}).`)
  }
}

const exitCodeOf = ({ findings }: LogReport): number =>
  findings.some(({ severity }) => severity !== 'note') ? exitCodes.negative : exitCodes.ok
