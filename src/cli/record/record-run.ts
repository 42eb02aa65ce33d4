import { createReadStream, statSync } from 'node:fs'
import type { Content } from '../../at/commands/content.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { pinoLog } from '../../io/runtime/log-pino.ts'
import { sparingLog } from '../../io/runtime/sparing-log.ts'
import { SetupError } from '../../io/setup-error.ts'
import type { ByteStream } from '../../io/stream.ts'
import { listenTcp } from '../../io/transports/tcp.ts'
import type { HostPort } from '../../launch/addresses.ts'
import { openCaptureFile } from '../../launch/capture.ts'
import { exposureNotes, opensCommands } from '../../launch/exposure.ts'
import { openPtyLine } from '../../launch/listeners.ts'
import { version } from '../../launch/package.ts'
import { joinStreams } from '../../recording/bridge.ts'
import type { Side } from '../../recording/recorded-text.ts'
import { openRecording } from '../../recording/recording-file.ts'
import { runIn } from '../child.ts'
import type { ConsoleCliOptions } from '../console-option.ts'
import { exitCodes } from '../exit.ts'
import type { LineOptions } from '../line-options.ts'
import { besideOf, openLastingLine } from '../open-line.ts'
import { openLineConsole } from '../open-line-console.ts'
import { print, printError } from '../output.ts'
import { stopSignal } from '../signals.ts'

export interface RecordCliOptions extends LineOptions, ConsoleCliOptions {
  readonly to: string
  readonly pty?: string
  readonly tcpListen?: HostPort
  readonly pcapng?: string
  /** What is left out beside secrets. False: `--no-redact`. */
  readonly redact?: readonly Content[] | false
}

/** Records until a signal, or until the program behind `--` ends. Resolves to the exit code. */
export async function runRecord(options: RecordCliOptions, program: readonly string[]): Promise<number> {
  const stopped = stopSignal()
  const module = await openLastingLine(options)
  const { host, notes } = await openHostLine(options).catch(closing(module))
  const about = `Recorded by atmqtt ${version} on ${new Date().toISOString()}, module ${module.address}${leftOutText(options)}`
  const shown = await openLineConsole(module.address, options, options.redact || []).catch(closing(module, host))
  const files = await opened(() => openFiles(options, about, host.address), module, host).catch(
    async (error: unknown) => {
      await shown.console?.close()
      throw error
    },
  )
  let code: number
  try {
    const began = nodeClock.now()
    joinStreams(host, module, (side, bytes) => {
      files.recorder.take(side, bytes, nodeClock.now() - began)
      shown.console?.hear(side, bytes)
    })
    const beside = besideOf(options)
    const all = [...notes, ...(beside === undefined ? [] : [beside]), ...shown.notes]
    printError(startText(options, host, module, all))
    if (shown.console) print(`  console  ${shown.console.url}\n`)
    code = await until(host, options, program, stopped)
  } finally {
    await host.close()
    await module.close()
    files.close()
    await shown.console?.close()
  }
  if (!files.isWhole()) return exitCodes.outside
  if (program.length === 0 || code !== exitCodes.ok) await tellCauses(options.to)
  return code
}

/** What went wrong on the line, as the recording shows it. It is read again for that: recording costs nothing more. */
async function tellCauses(path: string): Promise<void> {
  if (!statSync(path).isFile()) return
  const [{ Explainer }, { textReport }] = await Promise.all([
    import('../../explain/explain.ts'),
    import('../../explain/report/text-report.ts'),
  ])
  const explainer = new Explainer()
  for await (const bytes of createReadStream(path)) explainer.feed(bytes)
  const report = explainer.end()
  if (report.findings.every(({ severity }) => severity === 'note')) return
  printError(`\n${textReport(report, { colour: false, width: 80 })}`)
}

/** Opens the transcript and, with `--pcapng`, a capture of the same bytes. A disk that is full ends the files, not the line. */
function openFiles({ to, pcapng, redact }: RecordCliOptions, about: string, name: string) {
  const secrets = { redact: redact !== false, leftOut: redact || [] }
  let whole = true
  const ends = (what: string) => (reason: string) => {
    whole = false
    printError(`atmqtt: the ${what} ends here: its file can't be written (${reason}). Host and module go on.\n`)
  }
  const isWhole = (): boolean => whole
  const onFailure = ends('recording')
  if (pcapng === undefined) return { ...openRecording(to, about, { ...secrets, onFailure }), isWhole }
  const capture = openCaptureFile(pcapng, Date.now(), ends('capture'))
  const onUnit = (side: Side, bytes: Uint8Array, ms: number) =>
    capture.line(name, side === 'host' ? 'in' : 'out', bytes, ms)
  const { recorder, close } = openRecording(to, about, { ...secrets, onUnit, onFailure })
  return {
    recorder,
    isWhole,
    close() {
      close()
      capture.close()
    },
  }
}

const leftOutText = ({ redact }: RecordCliOptions): string => (redact ? `, without ${redact.join(', ')}` : '')

async function openHostLine({ pty, tcpListen }: RecordCliOptions) {
  if (tcpListen) {
    const host = await listenTcp({ ...tcpListen, log: sparingLog(pinoLog({ level: 'warn' }), nodeClock) })
    return { host, notes: exposureNotes([{ given: tcpListen, address: host.address, opens: opensCommands }]) }
  }
  const { value, notes } = await openPtyLine(pty)
  if (value) return { host: value, notes }
  throw new SetupError('unsupported', `${notes.join(' ')} Give --tcp-listen HOST:PORT instead.`)
}

const closing =
  (...streams: readonly ByteStream[]) =>
  async (error: unknown): Promise<never> => {
    for (const stream of streams) await stream.close()
    throw error
  }

async function opened<T>(open: () => T, ...streams: readonly ByteStream[]): Promise<T> {
  try {
    return open()
  } catch (error) {
    return closing(...streams)(error)
  }
}

function startText(
  { to, redact }: RecordCliOptions,
  host: ByteStream,
  module: ByteStream,
  notes: readonly string[],
): string {
  const rows = [
    `  host     ${host.address}   (the program under test opens this)`,
    `  module   ${module.address}`,
    `  file     ${to}   (${redact === false ? 'secrets are written' : `${['secrets', ...(redact ?? [])].join(', ')}: holes, such as {password:6}`})`,
    ...notes.map((note) => `  note     ${note}`),
  ]
  return `Recording.\n\n${rows.join('\n')}\n\n`
}

async function until(
  host: ByteStream,
  { tcpListen }: RecordCliOptions,
  program: readonly string[],
  stopped: Promise<NodeJS.Signals>,
): Promise<number> {
  const variables = { [tcpListen ? 'ATMQTT_TCP' : 'ATMQTT_PTY']: host.address }
  if (program.length > 0) return runIn(variables, program, stopped, false)
  const alive = setInterval(() => {}, 2 ** 30)
  await stopped
  clearInterval(alive)
  return exitCodes.ok
}
