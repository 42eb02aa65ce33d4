import { readdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Profile } from '../../at/profiles/profile.ts'
import { type Authority, openAuthority } from '../../broker/authority.ts'
import { nodeDialer } from '../../io/net/dialer-node.ts'
import { mostFileBytes, readWhole, readWholeText } from '../../io/read-file.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import { errorText, SetupError } from '../../io/setup-error.ts'
import { hasCipherSuite } from '../../io/tls/tls-versions.ts'
import { chooseProfile } from '../../launch/profile-choice.ts'
import { parseTranscript } from '../../transcript/language/parse.ts'
import type { Transcript } from '../../transcript/language/transcript.ts'
import type { ModuleGroup } from '../scenario/scenario.ts'
import type { DeviceFiles } from '../shard/device-files.ts'
import { type FleetIdentity, filledFor, fleetIdentity } from '../shard/identity.ts'
import type { ShardPlan, ShardWorld } from '../shard/world.ts'
import { dialLimit } from './dial-limit.ts'

/** What was read for a shard, before its modules are made. */
export interface LoadedShard {
  /** What the shard gets of this process. `maxRate`: connections a second of the shard; 0: no limit. */
  world(clock: Clock, maxRate: number): ShardWorld
}

type Unstarted = Omit<ShardPlan, 'startedAt'>

/** Reads profiles, transcripts and certificates. Rejects with a sentence for what can't be read. */
export async function loadShard(plan: Unstarted): Promise<LoadedShard> {
  const groups = groupsOf(plan)
  const profiles = new Map<string, Profile>()
  for (const { profile } of groups)
    if (!profiles.has(profile)) profiles.set(profile, (await chooseProfile('profile', profile)).profile)
  const transcripts = new Map<string, Transcript>()
  for (const { transcript } of groups) if (transcript !== null) transcripts.set(transcript, readTranscript(transcript))
  const files = await deviceFiles(plan)
  return {
    world: (clock, maxRate) => ({
      ...{ clock, hasCipherSuite, health },
      dialer: (options) => nodeDialer({ clock, ...options }),
      profile: ({ profile }) => profiles.get(profile)!,
      transcript: ({ transcript }) => transcripts.get(transcript!)!,
      files: ({ module }) => files.get(module) ?? {},
      ...(maxRate > 0 && { limit: dialLimit(maxRate, clock) }),
    }),
  }
}

const identitiesOf = ({ scenario, run, first, modules }: Unstarted): readonly FleetIdentity[] =>
  Array.from({ length: modules }, (_, i) => fleetIdentity(scenario, { run, seed: scenario.seed }, first + i))

const groupsOf = (plan: Unstarted): readonly ModuleGroup[] => [...new Set(identitiesOf(plan).map(({ group }) => group))]

function readTranscript(path: string): Transcript {
  return parseTranscript(
    readNamed('transcript', path, () => readWholeText(path, 64 * mostFileBytes)),
    basename(path),
  )
}

function readNamed<T>(what: string, path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new SetupError(
      'missing',
      `${what} ${path} can't be read (${errorText(error)}): is it on this machine?`,
      error,
    )
  }
}

/** Files of one name are read once. */
async function deviceFiles(plan: Unstarted): Promise<ReadonlyMap<number, DeviceFiles>> {
  const contents = new Map<string, Uint8Array>()
  const once = (what: string, path: string) => (): Uint8Array => {
    const bytes = contents.get(path) ?? readNamed(what, path, () => readWhole(path))
    contents.set(path, bytes)
    return bytes
  }
  const each = (what: string, path: string) => (): Uint8Array => readNamed(what, path, () => readWhole(path))
  const authorities = new Map<string, Authority>()
  const files = new Map<number, DeviceFiles>()
  for (const identity of identitiesOf(plan)) {
    const { tls } = identity.group
    if (!tls) continue
    const ca = tls.ca === null ? undefined : once('ca', tls.ca)
    if (tls.authority !== null)
      files.set(identity.module, {
        ca: ca ?? root(await authorityOf(authorities, tls.authority)),
        ...(await issued(authorities, identity)),
      })
    else if (tls.cert !== null && tls.key !== null)
      files.set(identity.module, {
        ...(ca && { ca }),
        cert: each('cert', pathFor(plan, identity, tls.cert)),
        key: each('key', pathFor(plan, identity, tls.key)),
      })
    else if (ca) files.set(identity.module, { ca })
  }
  for (const { cert, ca } of files.values()) {
    cert?.()
    ca?.()
  }
  return files
}

const pathFor = ({ run, scenario: { seed } }: Unstarted, identity: FleetIdentity, path: string): string =>
  filledFor({ run, seed }, identity, path)

const root =
  ({ root: pem }: Authority) =>
  (): Uint8Array =>
    Buffer.from(pem)

async function authorityOf(known: Map<string, Authority>, folder: string): Promise<Authority> {
  const path = resolve(folder)
  const authority = known.get(path) ?? (await openAuthority(path))
  known.set(path, authority)
  return authority
}

/** Of an authority on this machine: a certificate a device. Keys are in this process alone. */
async function issued(known: Map<string, Authority>, { group, clientId }: FleetIdentity): Promise<DeviceFiles> {
  const authority = await authorityOf(known, group.tls!.authority!)
  const { certificate, key } = await authority.issueClient(clientId)
  return { cert: () => Buffer.from(certificate), key: () => Buffer.from(key) }
}

function health(): ReturnType<ShardWorld['health']> {
  const { user, system } = process.cpuUsage()
  return { rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000, descriptors: openDescriptors() }
}

/** 0 where the system does not say. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}
