import { randomInt } from 'node:crypto'
import { openAuthority } from '../../broker/authority.ts'
import { createBroker } from '../../broker/embedded-broker.ts'
import { type Control, openTrace, startControl } from '../../control/public.ts'
import { FaultError, Faults, faultyDialer, parseSchedule, runSchedule, type Schedule } from '../../faults/public.ts'
import { nodeDialer } from '../../io/net/dialer-node.ts'
import { readWholeText } from '../../io/read-file.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { pinoLog } from '../../io/runtime/log-pino.ts'
import type { Log } from '../../io/runtime/runtime.ts'
import { errorText } from '../../io/setup-error.ts'
import type { ByteStream } from '../../io/stream.ts'
import { directoryStore } from '../../io/tls/certificate-directory.ts'
import { hasCipherSuite } from '../../io/tls/tls-versions.ts'
import { openSerialPort } from '../../io/transports/serial.ts'
import { connectTcp } from '../../io/transports/tcp.ts'
import { Module, type ModuleConfigOptions } from '../../module/public.ts'
import type { HostPort } from '../addresses.ts'
import { captureModule } from '../capture.ts'
import { stateFolders } from '../certs/certs-folder.ts'
import { UsageError } from '../exit.ts'
import { serialOptions } from '../open-line.ts'
import { type AttachedStream, attachPaced, attachStdio } from './attached-stream.ts'
import { exposureNotes, opensBroker, opensCommands, opensControl } from './exposure.ts'
import { openBrokerPort, openBrokerTlsPort, openPtyLine, openTcpLine } from './listeners.ts'
import { type ModuleCliOptions, wantsBroker, wantsBrokerTls } from './module-options.ts'
import type { Started } from './ready.ts'
import { openStateFolder } from './state-folder.ts'

/** A module that runs. */
export interface Running extends Started {
  readonly attach: (stream: ByteStream, name: string) => AttachedStream
  /** With `--stdio`: standard input is at its end. */
  readonly inputEnded?: Promise<void> | undefined
}

/** What has been opened so far; `closeAll` closes it in reverse order, also after a failure. */
export class Closers {
  readonly #closers: (() => Promise<void> | void)[] = []

  add(close: () => Promise<void> | void): void {
    this.#closers.unshift(close)
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers) await close()
  }
}

/** Opens what the options name: the broker, the module with its lines, the control port. What was opened is in `closers`. */
export async function start(options: ModuleCliOptions, closers: Closers): Promise<Running> {
  const { profile } = options
  const schedule = options.faults === undefined ? undefined : readSchedule(options.faults)
  const seed = options.seed ?? schedule?.seed ?? randomInt(2 ** 32)
  const log = pinoLog({ level: options.log })
  const state = openStateFolder(options.state)
  closers.add(() => state.release())
  const folders = stateFolders(state.path)
  const broker = await openBroker(options, folders.ca, closers)
  const { module, faults } = createModule(options, seed, folders, log)
  writeTraffic(options, module, log, closers)
  closers.add(() => module.close())
  const attach = (stream: ByteStream, name: string) => attachPaced({ faults, baud: options.baud, log }, stream, name)
  const lines = await openLines(options, attach, faults, log)
  const control = options.control && (await openControl(options.control, options.controlToken, module, faults, log))
  if (control) closers.add(() => control.close())
  const inputEnded = options.stdio ? attachStdio(attach).ended : undefined
  if (schedule) runSchedule(faults, schedule, log)
  const exposed = exposureNotes([
    { given: options.tcp, address: lines.tcp, opens: opensCommands },
    { given: options.control, address: control?.address, opens: opensControl },
    { given: options.broker, address: broker.url, opens: opensBroker(options.brokerUser !== undefined) },
    { given: options.brokerTls, address: broker.tlsUrl, opens: opensBroker(options.brokerUser !== undefined) },
  ])
  return {
    attach,
    inputEnded,
    profile,
    seed,
    state: state.path,
    anyLogin: options.brokerUser === undefined,
    notes: [...broker.notes, ...lines.notes, ...exposed, ...seedNotes(options, seed)],
    tcp: lines.tcp,
    pty: lines.pty,
    broker: broker.url,
    brokerTls: broker.tlsUrl,
    ca: broker.ca,
    control: control?.address,
  }
}

/** The module behind a network that faults can cut. */
function createModule(options: ModuleCliOptions, seed: number, folders: ReturnType<typeof stateFolders>, log: Log) {
  const certificates = directoryStore(folders.certs)
  const dialer = faultyDialer(nodeDialer({ clock: nodeClock, certificates }), nodeClock)
  const module = new Module({
    ...deviceOptions(options),
    seed,
    profile: options.profile,
    clock: nodeClock,
    dialer,
    log,
    certificates,
    files: directoryStore(folders.files),
    hasCipherSuite,
  })
  return { module, faults: new Faults(module, { clock: nodeClock, log, seed, dialer }) }
}

/** `--trace` and `--pcapng`. */
function writeTraffic(
  { trace, traceLimit, pcapng }: ModuleCliOptions,
  module: Module,
  log: Log,
  closers: Closers,
): void {
  if (trace !== undefined) {
    const file = openTrace(trace, module, nodeClock, log, traceLimit)
    closers.add(() => file.close())
  }
  if (pcapng !== undefined) {
    const file = captureModule(pcapng, module, log)
    closers.add(() => file.close())
  }
}

const openControl = (
  address: HostPort,
  token: string | undefined,
  module: Module,
  faults: Faults,
  log: Log,
): Promise<Control> =>
  startControl({ ...address, module, faults, clock: nodeClock, log, ...(token !== undefined && { token }) })

/** The lines that hosts reach the module by; the module closes them. */
async function openLines(options: ModuleCliOptions, attach: Running['attach'], faults: Faults, log: Log) {
  const tcp = await openTcpLine(options.tcp, log)
  if (tcp.value) attach(tcp.value, `tcp ${tcp.value.address}`)
  const hasOther = Boolean(tcp.value || options.serial || options.tcpConnect || options.stdio)
  const pty = await openPtyLine(options.pty, hasOther)
  if (pty.value) attach(pty.value, pty.value.address)
  if (options.serial)
    faults.attach(await openSerialPort({ ...serialOptions(options.serial), reopen: true }), options.serial.device)
  if (options.tcpConnect) {
    const dialled = connectTcp({ ...options.tcpConnect, clock: nodeClock, log })
    attach(dialled, `tcp-connect ${dialled.address}`)
  }
  return { tcp: tcp.value?.address, pty: pty.value?.address, notes: [...tcp.notes, ...pty.notes] }
}

/** The module's own settings, from the command line and the date. */
const deviceOptions = ({ timing, power, sim, simPin, baud, serial }: ModuleCliOptions): ModuleConfigOptions => ({
  timing,
  power,
  hasSim: sim !== false,
  ...(simPin !== undefined && { simPin }),
  ...((baud ?? serial) && { bootSpeed: (baud ?? serial)!.baud }),
  epochMs: Date.now() - nodeClock.now(),
})

/** The note that says how to repeat a run with faults. */
const seedNotes = ({ faults }: ModuleCliOptions, seed: number): readonly string[] =>
  faults === undefined ? [] : [`--seed ${seed} makes the same faults again`]

interface OpenedBroker {
  readonly url?: string
  readonly tlsUrl?: string
  /** The path of the root certificate of its authority. */
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

/** Reads `--faults FILE`. */
function readSchedule(path: string): Schedule {
  try {
    return parseSchedule(readText(path))
  } catch (error) {
    throw error instanceof FaultError ? new UsageError(`--faults ${path}: ${error.message}`) : error
  }
}

function readText(path: string): string {
  try {
    return readWholeText(path)
  } catch (error) {
    throw new UsageError(`--faults ${path} can't be read (${errorText(error)}): give a file of JSON.`)
  }
}
