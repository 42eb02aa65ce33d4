import { z } from 'zod'
import { grades } from '../../at/commands/command.ts'
import type { Report } from './report.ts'

const count = z.int().min(0)
const counts = z.strictObject({ passed: count, failed: count, skipped: count })

const row = z.strictObject({
  state: z.enum(['same', 'differs', 'behind']).describe('"differs": here; "behind": not compared any more'),
  expected: z.string().optional(),
  got: z.string().optional(),
})

const failure = z.strictObject({
  file: z.string(),
  line: z.int().min(1).describe('of the step that differs'),
  cite: z.string().optional().describe('the section that the step shows'),
  lastSent: z.string().optional().describe('what had been sent before'),
  expected: z.string(),
  got: z.string(),
  reason: z.string().optional().describe('why it counts, where the texts alone do not say it'),
  rows: z.array(row).describe('all since the last thing sent, side by side'),
})

const oneCase = z.strictObject({
  file: z.string().describe('the transcript, without its folder'),
  line: z.int().min(1),
  title: z.string(),
  grade: z.enum(grades).optional(),
  shows: z.array(z.string()).describe('identifiers of the requirements that it shows when it passes'),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  ms: z.number().min(0),
  reason: z.string().optional().describe('why it was skipped'),
  failure: failure.optional().describe('bytes in texts are escaped: \\r, \\n, \\\\, \\xNN'),
})

const section = z.strictObject({
  section: z.string().describe('"§2.2.8", or the name of a group'),
  title: z.string().describe('the command, or what the example shows; may be empty'),
  counts,
  cases: z.array(oneCase),
})

/** The report as JSON. */
export const reportSchema = z
  .strictObject({
    format: z.literal('atmqtt-conformance'),
    formatVersion: z.literal(1).describe('grows when a key changes its meaning or goes'),
    tool: z.string(),
    module: z.string().describe('"memory", "/dev/ttyUSB2", "127.0.0.1:7672"'),
    profile: z.string(),
    startedAt: z.iso.datetime(),
    ms: count,
    others: count.describe('cases of the suite that are for other profiles'),
    counts,
    sections: z.array(section),
  })
  .describe('What "atmqtt conformance --json FILE" writes')

export const reportJson = (report: Report): string => `${JSON.stringify(report, undefined, 2)}\n`
