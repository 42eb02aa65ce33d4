import { nodeClock } from '../../io/runtime/clock-node.ts'
import { pinoLog } from '../../io/runtime/log-pino.ts'
import type { ByteStream } from '../../io/stream.ts'
import { openPty } from '../../io/transports/pty/pty.ts'
import { listenTcp } from '../../io/transports/tcp.ts'
import { shared } from '../../io/wrappers/shared.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { differenceText } from '../../transcript/language/columns.ts'
import type { Step, Transcript } from '../../transcript/language/transcript.ts'
import { TranscriptMismatch } from '../../transcript/language/transcript-error.ts'
import { playAsModule } from '../../transcript/player/play-module.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'
import { stopSignal } from '../signals.ts'
import { readTranscripts } from '../transcript-files.ts'
import { checkNames, type PlayCliOptions } from './play-run.ts'

/** Plays the module's side of one transcript to a host until its last step. Resolves to the exit code. */
export async function playToHost(files: readonly string[], options: PlayCliOptions): Promise<number> {
  const transcripts = readTranscripts(files)
  const [transcript] = transcripts
  if (!transcript || transcripts.length > 1) throw new UsageError('play --as-module takes one transcript.')
  checkNames(transcripts, options.set ?? {})
  const stopped = stopSignal()
  const stream = options.tcpListen
    ? await listenTcp({ ...options.tcpListen, log: pinoLog({ level: 'warn' }) })
    : await openPty({ path: options.pty! })
  const alive = setInterval(() => {}, 2 ** 30)
  print(`${transcript.fileName} answers on ${stream.address}\n`)
  try {
    return await Promise.race([played(transcript, stream, options), stopped.then(() => exitCodes.ok)])
  } finally {
    await stream.close()
    clearInterval(alive)
  }
}

async function played(transcript: Transcript, stream: ByteStream, options: PlayCliOptions): Promise<number> {
  const host = hostOn(stream)
  await host.arrived
  let at: Step | undefined
  const all = playAsModule(transcript, host.stream, {
    clock: nodeClock,
    values: options.set ?? {},
    onStep: (step) => {
      at = step
    },
    ...(options.realTime && { realTime: true }),
    ...(options.timeout && { timeoutMs: options.timeout * 1000 }),
  })
  const failure = await Promise.race([all.then(() => undefined, mismatchOf), host.left.then(() => leftText(at))])
  await host.flushed()
  print(failure === undefined ? 'all was said as recorded\n' : `${failure}\n`)
  return failure === undefined ? exitCodes.ok : exitCodes.negative
}

function mismatchOf(error: unknown): string {
  if (error instanceof TranscriptMismatch) return differenceText(error, process.stdout.columns ?? 100)
  throw error
}

const leftText = (step: Step | undefined): string =>
  step ? `${step.fileName}:${step.line}: the host left before this step` : 'the host left before the first step'

/** The stream to the host; `arrived` resolves when it opens the line, `left` when it closes it. */
function hostOn(stream: ByteStream) {
  let [arrive, leave, drained] = [(): void => {}, (): void => {}, (): void => {}]
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const line = shared(stream, {
    presence: (present) => (present ? arrive() : leave()),
    drained: () => stream.backlog() === 0 && drained(),
  })
  const flushed = (): Promise<void> =>
    new Promise((resolve) => {
      drained = resolve
      if (stream.backlog() === 0) resolve()
      void left.then(resolve)
    })
  return { arrived, left, flushed, stream: line.take() }
}
