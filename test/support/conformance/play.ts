import { profiles } from '../../../src/at/profiles/profiles.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import type { CertificateStore } from '../../../src/io/tls/certificate-store.ts'
import { Module } from '../../../src/module/public.ts'
import { parseTranscript } from '../../../src/transcript/language/parse.ts'
import type { Transcript } from '../../../src/transcript/language/transcript.ts'
import { type PlayOptions, playTranscript } from '../../../src/transcript/player/play.ts'
import { silentLog } from '../silent-log.ts'
import { conformanceTexts } from './conformance.ts'
import type { Line } from './hosts.ts'

/** The transcripts of the note's sections, by section: `2.2.01` … */
export const transcripts: readonly (readonly [section: string, transcript: Transcript])[] = conformanceTexts()
  .filter(({ fileName }) => /^\d/.test(fileName))
  .map(({ fileName, text }) => [fileName.split('-')[0]!, parseTranscript(text, fileName)])

/** The transcripts of the device around MQTT, by name: `general-line`, `life-reset-a76xx` … */
export const deviceTranscripts: ReadonlyMap<string, Transcript> = new Map(
  conformanceTexts()
    .filter(({ fileName }) => /^(general|life)-/.test(fileName))
    .map(({ fileName, text }) => [fileName.replace(/\.at$/, ''), parseTranscript(text, fileName)]),
)

export type Cut = NonNullable<PlayOptions['split']>
export const whole: Cut = (bytes) => [bytes]
export const bytewise: Cut = (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))
/** Two pieces, before the byte `position` of everything that is sent. */
export const cutAt =
  (position: number): Cut =>
  (bytes, offset) =>
    position > offset && position < offset + bytes.length
      ? [bytes.subarray(0, position - offset), bytes.subarray(position - offset)]
      : [bytes]

export interface PlayRun {
  readonly line: Line
  readonly cut: Cut
  readonly values: Readonly<Record<string, string>>
  readonly certificates?: CertificateStore
  /** In place of the one that the transcript names. */
  readonly profile?: string
}

/** Plays to a fresh module; gives the number of bytes that were sent. */
export async function play(
  transcript: Transcript,
  { line, cut, values, certificates, ...run }: PlayRun,
): Promise<number> {
  const profile = profiles[run.profile ?? transcript.profile ?? 'sim767x']!
  const dialer = nodeDialer({ clock: nodeClock, ...(certificates && { certificates }) })
  const stores = certificates && { certificates }
  const module = new Module({ profile, clock: nodeClock, dialer, log: silentLog, ...stores })
  module.attach(line.moduleEnd, 'test')
  let sent = 0
  const split: Cut = (bytes, offset) => {
    sent = offset + bytes.length
    return cut(bytes, offset)
  }
  try {
    await playTranscript(transcript, line.host, { clock: nodeClock, values, split })
  } finally {
    await line.host.close()
    await module.close()
  }
  return sent
}
