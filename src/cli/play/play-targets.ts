import type { Profile } from '../../at/profiles/profile.ts'
import { defaultProfile, profiles } from '../../at/profiles/profiles.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import type { ByteStream } from '../../io/stream.ts'
import { hostAndPort } from '../../io/transports/tcp-socket.ts'
import { shared } from '../../io/wrappers/shared.ts'
import type { HostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { capabilityOfHole } from '../../transcript/language/conditions.ts'
import type { HoleValues } from '../../transcript/language/pattern.ts'
import type { Transcript } from '../../transcript/language/transcript.ts'
import type { OpenedModule, Target } from '../../transcript/player/run.ts'
import type { ModuleTargetOptions } from '../line-options.ts'
import { freshModule, openVirtualEnvironment, type VirtualEnvironment } from '../module/virtual-module.ts'
import { openLastingLine } from '../open-line.ts'

/** What transcripts are played to. */
export interface TargetOptions extends ModuleTargetOptions, Addresses {
  readonly profile?: Profile
}

export interface Addresses {
  readonly broker?: HostPort | undefined
  readonly brokerTls?: HostPort | undefined
  readonly brokerMutual?: HostPort | undefined
  readonly peer?: HostPort | undefined
}

/** A target, to be closed when all is played. */
export interface OpenTarget extends Target {
  close(): Promise<void>
}

/** Values of `--set` override those of other options. */
export function openTarget(options: TargetOptions, set: HoleValues): Promise<OpenTarget> {
  return options.memory ? memoryTarget(options, set) : lineTarget(options, set)
}

/** A module behind a port; one line for all transcripts. */
async function lineTarget(options: TargetOptions, set: HoleValues): Promise<OpenTarget> {
  const line = shared(await openLastingLine(options))
  const values = { ...targetAddresses(options), ...set }
  return {
    kind: 'hardware',
    ...(options.profile && { profile: options.profile.name }),
    capabilities: capabilitiesOf(values),
    values,
    async open(): Promise<OpenedModule> {
      await quiet(line.take())
      return { stream: line.take(), close: async () => {} }
    },
    close: () => line.close(),
  }
}

const quietMs = 50
const longestMs = 2000

/** Waits until the line is silent: bytes of an earlier command must not be compared with a transcript. */
function quiet(stream: ByteStream): Promise<void> {
  const end = nodeClock.now() + longestMs
  return new Promise((resolve) => {
    const done = (): void => {
      void stream.close()
      resolve()
    }
    let timer = setTimeout(done, quietMs)
    stream.start({
      data() {
        clearTimeout(timer)
        timer = setTimeout(done, Math.max(0, Math.min(quietMs, end - nodeClock.now())))
      },
    })
  })
}

/** A fresh module for each transcript, all with one broker: the embedded one unless `--broker` names another. */
async function memoryTarget(options: TargetOptions, set: HoleValues): Promise<OpenTarget> {
  const environment: VirtualEnvironment = options.broker ? elsewhere : await openVirtualEnvironment()
  const values = { ...environment.values, ...targetAddresses(options), ...set }
  return {
    kind: 'virtual',
    ...(options.profile && { profile: options.profile.name }),
    capabilities: [...capabilitiesOf(values), 'fault'],
    values,
    open: async (transcript) =>
      freshModule({ profile: options.profile ?? profileOf(transcript), ...environment, clock: nodeClock }),
    close: environment.close,
  }
}

/** With `--broker` no embedded broker is started. */
const elsewhere: VirtualEnvironment = { values: {}, close: async () => {} }

function profileOf({ fileName, conditions }: Transcript) {
  const { profiles: names } = conditions
  const found = names.length === 0 ? defaultProfile : names.map((name) => profiles[name]).find(Boolean)
  if (found) return found
  throw new UsageError(`${fileName} wants a profile that is not there: there are ${Object.keys(profiles).join(', ')}.`)
}

/** What fills the holes of addresses, from options of the same names. */
export function targetAddresses({
  broker,
  brokerTls,
  brokerMutual,
  peer,
}: Addresses): Readonly<Record<string, string>> {
  const given = Object.entries({ broker, brokerTls, brokerMutual, peer })
  return Object.fromEntries(given.flatMap(([name, at]) => (at ? [[name, hostAndPort(at.host, at.port)]] : [])))
}

export const capabilitiesOf = (values: HoleValues): readonly string[] =>
  Object.entries(capabilityOfHole).flatMap(([hole, capability]) => (values[hole] === undefined ? [] : [capability]))
