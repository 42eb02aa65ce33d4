import { randomInt } from 'node:crypto'
import { openAuthority } from '../../broker/authority.ts'
import { createBroker } from '../../broker/embedded-broker.ts'
import { openTrace, startControl } from '../../control/public.ts'
import { Faults, faultyDialer, runSchedule } from '../../faults/public.ts'
import { nodeDialer } from '../../io/net/dialer-node.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { pinoLog } from '../../io/runtime/log-pino.ts'
import type { ByteStream } from '../../io/stream.ts'
import { directoryStore } from '../../io/tls/certificate-directory.ts'
import { hasCipherSuite } from '../../io/tls/tls-versions.ts'
import { openSerialPort } from '../../io/transports/serial.ts'
import { connectTcp } from '../../io/transports/tcp.ts'
import { Module, type ModuleConfigOptions } from '../../module/public.ts'
import { captureModule } from '../capture.ts'
import { stateFolders } from '../certs/certs-folder.ts'
import { runProgram } from '../child.ts'
import { exitCodes } from '../exit.ts'
import { serialOptions } from '../open-line.ts'
import { stopSignal } from '../signals.ts'
import { type AttachedStream, attachPaced, attachStdio } from './attached-stream.ts'
import { openBrokerPort, openBrokerTlsPort, openPtyLine, openTcpLine } from './listeners.ts'
import { type ModuleCliOptions, wantsBroker, wantsBrokerTls } from './module-options.ts'
import { runPrompt } from './prompt.ts'
import { readyEvent, type Started, startText } from './ready.ts'
import { readSchedule } from './schedule-file.ts'
import { openStateFolder } from './state-folder.ts'

/** Runs a module until it is told to end, its input ends, or the program it was started for ends. The exit code. */
export async function runModule(options: ModuleCliOptions, program: readonly string[]): Promise<number> {
  const stopped = stopSignal()
  const started = new Closers()
  try {
    const running = await start(options, started)
    announce(options, running, program)
    return await until(options, running, program, stopped)
  } finally {
    await started.closeAll()
  }
}

interface Running extends Started {
  readonly attach: (stream: ByteStream, name: string) => void
  readonly inputEnded?: Promise<void>
}

/** What was opened so far, closed last first, whatever happens. */
class Closers {
  readonly #closers: (() => Promise<void> | void)[] = []

  add(close: () => Promise<void> | void): void {
    this.#closers.unshift(close)
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers) await close()
  }
}

async function start(options: ModuleCliOptions, closers: Closers): Promise<Running> {
  const { profile } = options
  const schedule = options.faults === undefined ? undefined : readSchedule(options.faults)
  const seed = options.seed ?? schedule?.seed ?? randomInt(2 ** 32)
  const log = pinoLog({ level: options.log })
  const state = openStateFolder(options.state)
  closers.add(() => state.release())
  const folders = stateFolders(state.path)
  const broker = await openBroker(options, folders.ca, closers)
  const certificates = directoryStore(folders.certs)
  const files = directoryStore(folders.files)
  const dialer = faultyDialer(nodeDialer({ clock: nodeClock, certificates }), nodeClock)
  const module = new Module({
    ...deviceOptions(options),
    seed,
    profile,
    clock: nodeClock,
    dialer,
    log,
    certificates,
    files,
    hasCipherSuite,
  })
  const faults = new Faults(module, { clock: nodeClock, log, seed, dialer })
  if (options.trace !== undefined) {
    const trace = openTrace(options.trace, module, nodeClock, log)
    closers.add(() => trace.close())
  }
  if (options.pcapng !== undefined) {
    const capture = captureModule(options.pcapng, module, log)
    closers.add(() => capture.close())
  }
  closers.add(() => module.close())
  const { baud } = options
  const attach = (stream: ByteStream, name: string): AttachedStream => attachPaced({ faults, baud, log }, stream, name)
  const tcp = await openTcpLine(options.tcp)
  if (tcp.value) attach(tcp.value, `tcp ${tcp.value.address}`)
  const pty = await openPtyLine(options.pty)
  if (pty.value) attach(pty.value, pty.value.address)
  if (options.serial)
    faults.attach(await openSerialPort({ ...serialOptions(options.serial), reopen: true }), options.serial.device)
  if (options.tcpConnect) {
    const dialled = connectTcp({ ...options.tcpConnect, clock: nodeClock, log })
    attach(dialled, `tcp-connect ${dialled.address}`)
  }
  const control = options.control && (await startControl({ ...options.control, module, faults, clock: nodeClock, log }))
  if (control) closers.add(() => control.close())
  const stdio = options.stdio ? attachStdio(attach) : undefined
  if (schedule) runSchedule(faults, schedule, log)
  return {
    attach,
    profile,
    anyLogin: options.brokerUser === undefined,
    notes: [...broker.notes, ...tcp.notes, ...pty.notes, ...seedNotes(options, seed)],
    ...(tcp.value && { tcp: tcp.value.address }),
    ...(pty.value && { pty: pty.value.address }),
    ...(broker.url !== undefined && { broker: broker.url }),
    ...(broker.tlsUrl !== undefined && { brokerTls: broker.tlsUrl }),
    ...(broker.ca !== undefined && { ca: broker.ca }),
    state: state.path,
    seed,
    ...(control && { control: control.address }),
    ...(stdio && { inputEnded: stdio.ended }),
  }
}

/** What the device is like, from the command line and the date. */
const deviceOptions = ({ timing, power, sim, simPin, baud, serial }: ModuleCliOptions): ModuleConfigOptions => ({
  timing,
  power,
  hasSim: sim !== false,
  ...(simPin !== undefined && { simPin }),
  ...((baud ?? serial) && { bootSpeed: (baud ?? serial)!.baud }),
  epochMs: Date.now() - nodeClock.now(),
})

/** To be given again, so that a failure comes again. */
const seedNotes = ({ faults }: ModuleCliOptions, seed: number): readonly string[] =>
  faults === undefined ? [] : [`--seed ${seed} makes the same faults again`]

interface OpenedBroker {
  readonly url?: string
  readonly tlsUrl?: string
  /** Where the root of its authority is. */
  readonly ca?: string
  readonly notes: readonly string[]
}

async function openBroker(options: ModuleCliOptions, caFolder: string, closers: Closers): Promise<OpenedBroker> {
  if (!wantsBroker(options)) return { notes: [] }
  const broker = await createBroker(options.brokerUser)
  closers.add(() => broker.close())
  const plain = await openBrokerPort(broker, options.broker)
  const url = plain.value && { url: plain.value.url }
  if (!wantsBrokerTls(options)) return { ...url, notes: plain.notes }
  const authority = await openAuthority(caFolder)
  const tls = await openBrokerTlsPort(broker, options.brokerTls, authority, options.brokerRequireCert === true)
  const tlsUrl = tls.value && { tlsUrl: tls.value.url }
  return { ...url, ...tlsUrl, ca: authority.rootPath, notes: [...plain.notes, ...tls.notes] }
}

const isTerminal = ({ json, stdio }: ModuleCliOptions): boolean =>
  Boolean(process.stdin.isTTY && process.stdout.isTTY && !json && !stdio)

/** Says that it is ready: JSON for programs, text for people; on standard error where standard output is the AT line. */
function announce(options: ModuleCliOptions, running: Running, program: readonly string[]): void {
  const out = options.stdio ? process.stderr : process.stdout
  if (options.json || options.stdio) {
    for (const note of running.notes) process.stderr.write(`atmqtt: ${note}\n`)
    out.write(`${JSON.stringify(readyEvent(running))}\n`)
  } else if (program.length > 0) process.stderr.write(startText(running, false))
  else out.write(startText(running, isTerminal(options)))
}

async function until(
  options: ModuleCliOptions,
  running: Running,
  program: readonly string[],
  stopped: Promise<NodeJS.Signals>,
): Promise<number> {
  if (program.length > 0) return runProgram(program, readyEvent(running), stopped, options.json === true)
  const ends: Promise<unknown>[] = [stopped]
  if (running.inputEnded) ends.push(running.inputEnded)
  if (isTerminal(options)) ends.push(runPrompt(running.attach))
  // With no line at all nothing else would keep the process alive.
  const alive = setInterval(() => {}, 2 ** 30)
  await Promise.race(ends)
  clearInterval(alive)
  return exitCodes.ok
}
