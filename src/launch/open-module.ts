import { randomInt } from 'node:crypto'
import type { NewAdviser } from '../at/adviser.ts'
import { type Control, idleFaults, LineAdvice, openTrace, startControl } from '../control/public.ts'
import { Faults, faultyDialer } from '../faults/public.ts'
import { nodeDialer } from '../io/net/dialer-node.ts'
import { nodeClock } from '../io/runtime/clock-node.ts'
import { pinoLog } from '../io/runtime/log-pino.ts'
import type { Log } from '../io/runtime/runtime.ts'
import { sparingLog } from '../io/runtime/sparing-log.ts'
import type { ByteStream } from '../io/stream.ts'
import { hasCipherSuite } from '../io/tls/tls-versions.ts'
import { connectTcp } from '../io/transports/tcp.ts'
import { Module } from '../module/public.ts'
import { serialOptions } from './addresses.ts'
import { type AttachedStream, attachPaced, attachStdio } from './attached-stream.ts'
import { Closers } from './closers.ts'
import type { RunEvidence } from './evidence/run-evidence.ts'
import { exposureNotes, opensBroker, opensCommands, opensControl } from './exposure.ts'
import { FaultSchedule, readSchedule } from './fault-schedule.ts'
import { type LaunchSettings, moduleOptionsOf, type SettingNames } from './launch-settings.ts'
import { openPtyLine, openTcpLine } from './listeners.ts'
import { openBroker } from './open-broker.ts'
import { type RestorableStore, restorable } from './restorable-store.ts'
import { RunningModule } from './running-module.ts'
import { openStateFolder, stateFolders, storeIn } from './state-folder.ts'

// What few modules need is imported where it is needed: a start loads nothing that it does not use.

/** What whoever opens a module gives beside its settings. */
export interface ModuleParts {
  /** Where log lines go. */
  readonly log?: Log
  /** Explains what goes over each line. */
  readonly newAdviser?: NewAdviser | undefined
}

/**
 * Opens what the settings name: the broker, the module with its lines, the control port. Rejects with a `UsageError` or a
 * `SetupError`; what was opened until then is closed.
 */
export async function openModule(
  settings: LaunchSettings,
  names: SettingNames,
  { log = pinoLog({ level: settings.log }), newAdviser }: ModuleParts = {},
): Promise<RunningModule> {
  const closers = new Closers()
  try {
    return await open(settings, { names, log, closers, newAdviser })
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

interface OpenParts {
  readonly names: SettingNames
  readonly log: Log
  readonly closers: Closers
  readonly newAdviser: NewAdviser | undefined
}

async function open(settings: LaunchSettings, { names, log, closers, newAdviser }: OpenParts): Promise<RunningModule> {
  const plan = settings.faults === undefined ? undefined : readSchedule(names.of('faults'), settings.faults)
  const seed = settings.seed ?? plan?.seed ?? randomInt(2 ** 32)
  const state = openStateFolder(settings.state)
  closers.add(() => state.release())
  const broker = await openBroker(settings, () => stateFolders(state.path).ca, {
    closers,
    log: sparingLog(log, nodeClock),
  })
  const stores = {
    certificates: restorable(storeIn(state, 'certs')),
    files: restorable(storeIn(state, 'files')),
  }
  const { module, faults } = createModule(settings, seed, stores, log)
  await writeTraffic(settings, { module, faults }, log, closers)
  closers.add(() => module.close())
  closers.add(() => {
    for (const text of idleFaults(faults.records())) log.log('warn', text)
  })
  const advice = newAdviser && new LineAdvice(module, { clock: nodeClock, newAdviser, leftOut: settings.redact })
  const evidence = await noteEvidence(settings, { module, faults }, closers)
  const attach = (stream: ByteStream, name: string) => attachPaced({ faults, baud: settings.baud, log }, stream, name)
  const lines = await openLines(settings, attach, faults, log)
  const schedule = plan && new FaultSchedule(faults, plan, log)
  const fresh = (): void => {
    schedule?.stop()
    broker.broker?.fresh()
    faults.fresh()
    for (const store of Object.values(stores)) store.restore()
    module.fresh()
    schedule?.start()
  }
  const control = await openControl(settings, { module, faults, fresh, advice }, log)
  if (control) closers.add(() => control.close())
  const inputEnded = settings.stdio ? attachStdio(attach).ended : undefined
  schedule?.start()
  const { url, tlsUrl, ca } = broker
  const addresses = { tcp: lines.tcp, pty: lines.pty, broker: url, brokerTls: tlsUrl, control: control?.address, ca }
  return new RunningModule({
    ...addresses,
    get state() {
      return state.path
    },
    seed,
    profile: settings.profile,
    notes: [...broker.notes, ...lines.notes, ...exposure(settings, addresses)],
    module,
    faults,
    leftOut: settings.redact ?? [],
    clock: nodeClock,
    fresh,
    evidence,
    embedded: broker.broker,
    attach,
    inputEnded,
    close: () => closers.closeAll(),
  })
}

/** The module behind a network that faults can cut. */
function createModule(
  settings: LaunchSettings,
  seed: number,
  stores: Readonly<Record<'certificates' | 'files', RestorableStore>>,
  log: Log,
) {
  const dialer = faultyDialer(nodeDialer({ clock: nodeClock, certificates: stores.certificates }), nodeClock)
  const { profile } = settings
  const epochMs = Date.now() - nodeClock.now()
  const config = { ...moduleOptionsOf(settings), epochMs, seed, profile, hasCipherSuite }
  const module = new Module({ ...config, ...stores, clock: nodeClock, dialer, log: sparingLog(log, nodeClock) })
  return { module, faults: new Faults(module, { clock: nodeClock, log, seed, dialer }) }
}

type FaultedModule = Readonly<{ module: Module; faults: Faults }>

/** `trace` and `pcapng`. */
async function writeTraffic(
  { trace, pcapng, ...how }: LaunchSettings,
  { module, faults }: FaultedModule,
  log: Log,
  closers: Closers,
): Promise<void> {
  if (trace !== undefined) {
    const of = { profile: how.profile.name, seed: faults.seed, clock: nodeClock, faults, log }
    const file = openTrace(trace, module, { ...of, limitBytes: how.traceLimit, leftOut: how.redact })
    closers.add(() => file.close())
  }
  if (pcapng !== undefined) {
    const { captureModule } = await import('./capture.ts')
    const file = captureModule(pcapng, module, log, how.redact)
    closers.add(() => file.close())
  }
}

/** `evidence`: what hosts rely on is noted, and written when the module ends, if there is a file. */
async function noteEvidence(
  settings: LaunchSettings,
  { module, faults }: FaultedModule,
  closers: Closers,
): Promise<(() => RunEvidence) | undefined> {
  const { requireGrade, evidence: wanted = requireGrade !== undefined, profile } = settings
  if (wanted === false) return undefined
  const [{ EvidenceRecorder }, { checkEvidenceFile, writeEvidence }, { runEvidence }] = await Promise.all([
    import('./evidence/evidence-recorder.ts'),
    import('./evidence/evidence-report.ts'),
    import('./evidence/run-evidence.ts'),
  ])
  const recorder = new EvidenceRecorder(module, profile)
  const evidence = (): RunEvidence => runEvidence(recorder.recorded(), profile.name, idleFaults(faults.records()))
  if (typeof wanted === 'string') {
    const file = checkEvidenceFile(wanted)
    closers.add(() => {
      writeEvidence(wanted, evidence(), requireGrade)
      file.close()
    })
  }
  return evidence
}

/** The lines that hosts reach the module by; the module closes them. */
async function openLines(
  settings: LaunchSettings,
  attach: (stream: ByteStream, name: string) => AttachedStream,
  faults: Faults,
  log: Log,
) {
  const tcp = await openTcpLine(settings.tcp, log)
  if (tcp.value) attach(tcp.value, `tcp ${tcp.value.address}`)
  const hasOther = Boolean(tcp.value || settings.serial || settings.tcpConnect || settings.stdio)
  const pty = await openPtyLine(settings.pty, hasOther)
  if (pty.value) attach(pty.value, pty.value.address)
  if (settings.serial) {
    const { openSerialPort } = await import('../io/transports/serial.ts')
    faults.attach(await openSerialPort({ ...serialOptions(settings.serial), reopen: true }), settings.serial.device)
  }
  if (settings.tcpConnect) {
    const dialled = connectTcp({ ...settings.tcpConnect, clock: nodeClock, log })
    attach(dialled, `tcp-connect ${dialled.address}`)
  }
  return { tcp: tcp.value?.address, pty: pty.value?.address, notes: [...tcp.notes, ...pty.notes] }
}

interface Controlled {
  readonly module: Module
  readonly faults: Faults
  readonly fresh: () => void
  readonly advice: LineAdvice | undefined
}

async function openControl(
  { control, controlToken: token, redact: leftOut }: LaunchSettings,
  controlled: Controlled,
  log: Log,
): Promise<Control | undefined> {
  if (!control) return undefined
  return startControl({
    ...control,
    ...controlled,
    clock: nodeClock,
    log,
    leftOut,
    ...(token !== undefined && { token }),
  })
}

type Addresses = Readonly<Record<'tcp' | 'broker' | 'brokerTls' | 'control', string | undefined>>

/** The note about ports that other machines reach, if there are any. */
function exposure(settings: LaunchSettings, addresses: Addresses): readonly string[] {
  const { tcp, control, broker, brokerTls, brokerUser } = settings
  return exposureNotes([
    { given: tcp, address: addresses.tcp, opens: opensCommands },
    { given: control, address: addresses.control, opens: opensControl },
    { given: broker, address: addresses.broker, opens: opensBroker(brokerUser !== undefined) },
    { given: brokerTls, address: addresses.brokerTls, opens: opensBroker(brokerUser !== undefined) },
  ])
}
