import fc from 'fast-check'
import type { Profile } from '../../../src/at/profiles/profile.ts'
import { profiles } from '../../../src/at/profiles/profiles.ts'
import { textOf } from '../../../src/at/syntax/bytes.ts'
import { openVirtualEnvironment } from '../../../src/cli/module/virtual-module.ts'
import { type Learnt, learn } from '../../../src/conformance/learn/learn.ts'
import type { Permissions } from '../../../src/conformance/learn/permissions.ts'
import { viewState } from '../../../src/control/public.ts'
import { Faults } from '../../../src/faults/public.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { faultyDialer } from '../../../src/io/net/faulty-dialer.ts'
import { skippingClock } from '../../../src/io/runtime/clock-skipping.ts'
import { watchIdle } from '../../../src/io/runtime/idle-watch.ts'
import { memoryStore } from '../../../src/io/tls/certificate-store.ts'
import { hasCipherSuite } from '../../../src/io/tls/tls-versions.ts'
import { memoryLine } from '../../../src/io/transports/memory.ts'
import { type FaultyStream, faulty } from '../../../src/io/wrappers/faulty.ts'
import { shared } from '../../../src/io/wrappers/shared.ts'
import { Module } from '../../../src/module/public.ts'
import { loadProfile, profileData, profileValues } from '../../../src/profile-file/public.ts'
import { silentLog } from '../silent-log.ts'

export interface Learning {
  readonly learnt: Learnt
  readonly permissions: Permissions
  /** Every byte that was sent, one character each. */
  readonly sent: string
  /** What the module knows, as the control port shows it. */
  readonly before: unknown
  readonly after: unknown
}

/** What a test does to the module and its line. */
export interface Meddling {
  readonly module: Module
  readonly faults: Faults
  /** Between the learner and the module. */
  readonly line: FaultyStream
  readonly stop: AbortController
}

export interface LearnRun {
  readonly allowed?: { readonly broker?: boolean; readonly reset?: boolean; readonly certificates?: boolean }
  /** In place of the embedded one. */
  readonly broker?: string
  /** Before the first byte. */
  readonly prepare?: (meddling: Meddling) => void
  /** When a question begins. */
  readonly at?: (question: string, meddling: Meddling) => void
}

/** Learns from a virtual module in memory; nobody waits for time to pass. */
export async function learnFrom(profile: Profile, { allowed = {}, ...run }: LearnRun = {}): Promise<Learning> {
  const environment = await openVirtualEnvironment()
  const clock = skippingClock()
  const idle = watchIdle({ turns: 10, turnMs: 3 }, () => void clock.skip())
  const [certificates, files] = [memoryStore(), memoryStore()]
  const dialer = faultyDialer(nodeDialer({ clock, certificates }), clock)
  const module = new Module({ profile, clock, dialer, log: silentLog, hasCipherSuite, certificates, files })
  const faults = new Faults(module, { clock, log: silentLog, seed: 1, dialer })
  const pair = memoryLine()
  module.observe({ line: idle.touch, connection: idle.touch })
  faults.attach(pair.accepted, 'memory')
  const line = faulty(pair.dial())
  let sent = ''
  line.tap('out', {
    take(bytes, pass) {
      sent += textOf(bytes)
      pass(bytes)
    },
  })
  const stop = new AbortController()
  const meddling = { module, faults, line, stop }
  const { broker, brokerTls } = run.broker ? { broker: run.broker, brokerTls: run.broker } : environment.values
  const permissions: Permissions = {
    ...(allowed.broker && { broker, brokerTls }),
    reset: allowed.reset === true,
    certificates: allowed.certificates === true,
  }
  try {
    run.prepare?.(meddling)
    const before = stateOf(module)
    const started = ({ id }: { readonly id: string }) => run.at?.(id, meddling)
    const learnt = await learn(shared(line), { clock, permissions, stop: stop.signal, started })
    return { learnt, permissions, sent, before, after: stateOf(module) }
  } finally {
    await module.close()
    idle.stop()
    await environment.close()
  }
}

const stateOf = (module: Module): unknown => JSON.parse(JSON.stringify(viewState(module.state())))

/** A profile of which some values are those of others; as many as a file may have. */
export const anyProfile: fc.Arbitrary<Profile> = fc
  .record({
    base: fc.constantFrom(...Object.values(profiles)),
    changes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...Object.values(profiles)), fc.nat(9999)), {
      minLength: 5,
      maxLength: 25,
    }),
  })
  .map(({ base, changes }) => changes.reduce(changed, base))

/** The same with one value of another profile, or a number nearby; unchanged when that is not allowed. */
function changed(profile: Profile, [which, other, by]: readonly [number, Profile, number]): Profile {
  const values = profileValues(profile).filter(({ path }) => !fixed.test(path))
  const { path, value } = values[which % values.length]!
  const theirs = profileValues(other).find((each) => each.path === path)!.value
  const next = theirs !== value || typeof value !== 'number' ? theirs : value + (by % 7) - 3
  try {
    return loadProfile(withValue(profileData(profile, 'sim767x'), path.split('.'), next))
  } catch {
    return profile
  }
}

/** Who the module is, and what stands in no profile by itself. */
const fixed = /^(name|title|family|models|cme|replies|boot|restartBoot|responseTimes\..*|identity\..*)$/

function withValue(
  json: Readonly<Record<string, unknown>>,
  [key, ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  const inner = (json[key!] ?? {}) as Readonly<Record<string, unknown>>
  return { ...json, [key!]: rest.length === 0 ? value : withValue(inner, rest, value) }
}

/** The profile with the values of another one at some paths. */
export function withValuesOf(profile: Profile, other: Profile, paths: readonly string[]): Profile {
  const values = new Map(profileValues(other).map(({ path, value }) => [path, value]))
  return loadProfile(
    paths.reduce<Readonly<Record<string, unknown>>>(
      (json, path) => withValue(json, path.split('.'), values.get(path)),
      profileData(profile, 'sim767x'),
    ),
  )
}
