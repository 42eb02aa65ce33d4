import { defaultProfile } from '../../at/profiles/profiles.ts'
import { intoKnownState, type ModuleSnapshot, moduleSnapshotOf } from '../../conformance/known-state.ts'
import { probeModule } from '../../conformance/probe-module.ts'
import { startBytePeer } from '../../conformance/scripted-broker/byte-peer.ts'
import { PeerControl } from '../../conformance/scripted-broker/peer-control.ts'
import { leavesSettings } from '../../conformance/sent-commands.ts'
import { SilentModule } from '../../conformance/silent-module.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { skippingClock } from '../../io/runtime/clock-skipping.ts'
import { watchIdle } from '../../io/runtime/idle-watch.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import { hostAndPort } from '../../io/transports/tcp-socket.ts'
import { type SharedStream, shared } from '../../io/wrappers/shared.ts'
import type { Observer } from '../../module/public.ts'
import { needsOf } from '../../transcript/language/conditions.ts'
import type { Transcript } from '../../transcript/language/transcript.ts'
import type { OpenedModule, Target } from '../../transcript/player/run.ts'
import { freshModule, openVirtualEnvironment, type VirtualEnvironment } from '../module/virtual-module.ts'
import { openLastingLine } from '../open-line.ts'
import { type Addresses, capabilitiesOf, targetAddresses } from '../play/play-targets.ts'
import type { ConformanceCliOptions, PeerAddress } from './conformance-options.ts'

/** A module that a suite can be played to. */
export interface SuiteTarget extends Target {
  /** For people: `memory`, `/dev/ttyUSB2`. */
  readonly name: string
  readonly profile: string
  readonly clock: Clock
  /** How long surplus bytes are waited for behind a case without and with a server, ms. */
  readonly quietMs: number
  readonly quietOnlineMs: number
  /** What a reader should know of how it was opened. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

/** Rejects with a `SetupError`, or with a `SilentModule`. */
export const openSuiteTarget = (options: ConformanceCliOptions): Promise<SuiteTarget> =>
  options.memory ? virtualTarget(options) : lineTarget(options)

/** Turns without a byte after which time is skipped; more where bytes come from other processes. */
const ownIdle = { turns: 10, turnMs: 3 }
const foreignIdle = { turns: 400, turnMs: 5 }

/** A fresh virtual module for each case. Nobody waits for its time-outs: when all is quiet, time is skipped. */
async function virtualTarget(options: ConformanceCliOptions): Promise<SuiteTarget> {
  const environment: VirtualEnvironment = options.broker ? elsewhere : await openVirtualEnvironment()
  const clock = skippingClock()
  const peer = await startPeer(options.peer, clock)
  const idle = watchIdle(options.broker ? foreignIdle : ownIdle, () => void clock.skip())
  const observer: Observer = { line: idle.touch, connection: idle.touch }
  const { profile = defaultProfile, base = defaultProfile.name } = options.profile ?? {}
  const values = { ...environment.values, ...targetAddresses(seenFrom(options)), ...peer.values }
  return {
    name: 'memory',
    kind: 'virtual',
    profile: base,
    capabilities: [...capabilitiesOf(values), 'peer-control', 'fault'],
    values,
    clock,
    quietMs: 1,
    quietOnlineMs: 10,
    notes: [],
    open: async (transcript) =>
      peer.beside(freshModule({ profile, clock, observer, ...storeFor(transcript, environment) })),
    async close() {
      idle.stop()
      await peer.stop()
      await environment.close()
    },
  }
}

/** The files that §3.3 and §3.4 name are there for what uses TLS; for everything else the store is empty, as in a new module. */
function storeFor({ conditions, steps }: Transcript, { certificates }: VirtualEnvironment) {
  const usesTls = needsOf(conditions, steps).some((need) => need === 'tls' || need === 'mutual-tls')
  return usesTls && certificates ? { certificates } : {}
}

const seenFrom = ({ broker, brokerTls, brokerMutual }: ConformanceCliOptions): Addresses => ({
  broker,
  brokerTls,
  brokerMutual,
})

const elsewhere: VirtualEnvironment = { values: {}, close: async () => {} }

/** A module behind a port, brought into a known state before each case. */
async function lineTarget(options: ConformanceCliOptions): Promise<SuiteTarget> {
  const line = shared(await openLastingLine(options))
  try {
    const snapshot = await moduleSnapshotOf(line.take(), nodeClock)
    const { profile, notes } = await profileOf(line.take(), options)
    const peer = options.peer && (await startPeer(options.peer, nodeClock))
    const values = { ...targetAddresses(seenFrom(options)), ...peer?.values }
    let settingsLeft = false
    return {
      name: line.address,
      kind: 'hardware',
      profile,
      capabilities: [...capabilitiesOf(values), ...(peer ? ['peer-control'] : [])],
      values,
      clock: nodeClock,
      quietMs: 50,
      quietOnlineMs: 200,
      notes,
      async open(transcript) {
        await intoKnownState(line.take(), nodeClock, { ...snapshot, settingsLeft })
        settingsLeft = leavesSettings(transcript)
        const opened = { stream: line.take(), close: async () => {} }
        return peer ? peer.beside(opened) : opened
      },
      async close() {
        await leave(line, snapshot)
        await peer?.stop()
        await line.close()
      },
    }
  } catch (error) {
    await line.close()
    throw error
  }
}

/** What the last case left is put away too, unless nobody answers. */
async function leave(line: SharedStream, snapshot: ModuleSnapshot): Promise<void> {
  try {
    await intoKnownState(line.take(), nodeClock, { ...snapshot, settingsLeft: false })
  } catch (error) {
    if (!(error instanceof SilentModule)) throw error
  }
}

async function profileOf(stream: ByteStream, options: ConformanceCliOptions) {
  if (options.profile) return { profile: options.profile.base, notes: [] }
  const { model, profile } = await probeModule(stream, nodeClock)
  if (profile) return { profile, notes: [`${model} is taken for ${profile}`] }
  const { name } = defaultProfile
  return {
    profile: name,
    notes: [`the model "${model}" is not known, so ${name} is assumed: --profile says otherwise`],
  }
}

/** The server that misbehaves, and its address as modules see it. */
interface Peer {
  readonly values: { readonly peer: string }
  /** A module whose `@peer` is told to it; it begins afresh. */
  beside(opened: OpenedModule): OpenedModule
  stop(): Promise<void>
}

async function startPeer(address: PeerAddress | undefined, clock: Clock): Promise<Peer> {
  const server = await startBytePeer({}, address?.local)
  const control = new PeerControl(server, clock)
  return {
    values: { peer: address ? hostAndPort(address.seen.host, address.seen.port) : server.address },
    beside(opened) {
      control.startAfresh()
      return { ...opened, peer: (name, parameters) => control.tell(name, parameters) }
    },
    stop: () => server.stop(),
  }
}
