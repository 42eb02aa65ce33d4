import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Profile } from '../at/commands/profile.ts'
import { defaultProfile, profiles } from '../at/commands/profiles.ts'
import { openAuthority } from '../broker/authority.ts'
import { createBroker } from '../broker/embedded-broker.ts'
import { Faults, faultyDialer } from '../faults/public.ts'
import { nodeClock } from '../io/clock-node.ts'
import { hostAndPort } from '../io/listening.ts'
import { memoryPipe } from '../io/memory.ts'
import { type CertificateStore, memoryStore } from '../io/net/certificate-store.ts'
import { nodeDialer } from '../io/net/dialer-node.ts'
import { hasCipherSuite } from '../io/net/tls-versions.ts'
import type { Log } from '../io/runtime.ts'
import { Module } from '../module/public.ts'
import { capabilityOfHole } from '../transcript/conditions.ts'
import type { HoleValues } from '../transcript/pattern.ts'
import type { OpenedLine, Target } from '../transcript/run.ts'
import type { Transcript } from '../transcript/transcript.ts'
import type { HostPort } from './addresses.ts'
import { UsageError } from './exit.ts'
import { type LineOptions, openLink } from './line-options.ts'

/** What transcripts are played to. */
export interface TargetOptions extends LineOptions {
  readonly memory?: boolean
  readonly profile?: Profile
  readonly broker?: HostPort
  readonly brokerTls?: HostPort
  readonly brokerMutual?: HostPort
  readonly peer?: HostPort
}

/** A target, to be closed when all is played. */
export interface OpenTarget extends Target {
  close(): Promise<void>
}

/** Values that were set by hand go first. */
export function openTarget(options: TargetOptions, set: HoleValues): Promise<OpenTarget> {
  return options.memory ? memoryTarget(options, set) : lineTarget(options, set)
}

/** A module behind a port; one line for all transcripts. */
async function lineTarget(options: TargetOptions, set: HoleValues): Promise<OpenTarget> {
  const link = await openLink(options)
  const values = { ...addressesOf(options), ...set }
  return {
    kind: 'hardware',
    ...(options.profile && { profile: options.profile.name }),
    capabilities: capabilitiesOf(values),
    values,
    async open(): Promise<OpenedLine> {
      await quiet(link)
      return { write: (bytes) => link.write(bytes), onData: (callback) => link.onData(callback), close: async () => {} }
    },
    close: () => link.close(),
  }
}

const quietMs = 50
const longestMs = 2000

/** What is still under way belongs to no transcript: waits until nothing more comes. */
function quiet(link: Pick<OpenedLine, 'onData'>): Promise<void> {
  const end = nodeClock.now() + longestMs
  return new Promise((resolve) => {
    const done = (): void => {
      link.onData(() => {})
      resolve()
    }
    let timer = setTimeout(done, quietMs)
    link.onData(() => {
      clearTimeout(timer)
      timer = setTimeout(done, Math.max(0, Math.min(quietMs, end - nodeClock.now())))
    })
  })
}

/** A fresh module for each transcript, all with one broker, which is ours unless another one is given. */
async function memoryTarget(options: TargetOptions, set: HoleValues): Promise<OpenTarget> {
  const surroundings = options.broker ? { values: addressesOf(options), close: async () => {} } : await ownBroker()
  const values = { ...surroundings.values, ...addressesOf(options), ...set }
  return {
    kind: 'virtual',
    ...(options.profile && { profile: options.profile.name }),
    capabilities: [...capabilitiesOf(values), 'fault'],
    values,
    open: async (transcript) => freshModule(transcript, options.profile, surroundings.certificates),
    close: surroundings.close,
  }
}

function freshModule(transcript: Transcript, given: Profile | undefined, certificates?: CertificateStore): OpenedLine {
  const profile = given ?? profileOf(transcript)
  const dialer = faultyDialer(nodeDialer({ clock: nodeClock, ...(certificates && { certificates }) }), nodeClock)
  const store = certificates && { certificates }
  const module = new Module({ profile, clock: nodeClock, dialer, log: silent, hasCipherSuite, ...store })
  const faults = new Faults(module, { clock: nodeClock, log: silent, seed, dialer })
  const { pipe, host } = memoryPipe()
  faults.attach(pipe, 'memory')
  host.open()
  return {
    write: (bytes) => host.write(bytes),
    onData: (callback) => host.onData(callback),
    fault: (name, parameters) => void faults.start(name, (parameters ?? {}) as Readonly<Record<string, unknown>>),
    close: () => module.close(),
  }
}

/** The same faults every time. */
const seed = 1

const silent: Log = { log() {} }

function profileOf({ fileName, conditions }: Transcript) {
  const { profiles: names } = conditions
  const found = names.length === 0 ? defaultProfile : names.map((name) => profiles[name]).find(Boolean)
  if (found) return found
  throw new UsageError(`${fileName} wants a profile that is not there: there are ${Object.keys(profiles).join(', ')}.`)
}

interface OwnBroker {
  readonly values: Readonly<Record<string, string>>
  readonly certificates?: CertificateStore
  close(): Promise<void>
}

/** Our broker on free ports: plain, TLS, TLS that wants a certificate; and a store with the files of §3.3 and §3.4. */
async function ownBroker(): Promise<OwnBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-play-'))
  const broker = await createBroker()
  const close = async (): Promise<void> => {
    await broker.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const authority = await openAuthority(folder)
    const open = { host: '127.0.0.1', port: 0 }
    const address = ({ port }: { readonly port: number }) => `127.0.0.1:${port}`
    const values = {
      broker: address(await broker.listen(open)),
      brokerTls: address(await broker.listenTls({ ...open, authority })),
      brokerMutual: address(await broker.listenTls({ ...open, authority, requireCertificate: true })),
    }
    const { certificate, key } = await authority.issueClient('client')
    const files = { server_ca: authority.root, ca_cert: authority.root, cert: certificate, key_cert: key }
    const certificates = memoryStore()
    for (const [name, pem] of Object.entries(files)) certificates.write(`${name}.pem`, Buffer.from(pem))
    return { values, certificates, close }
  } catch (error) {
    await close()
    throw error
  }
}

function addressesOf({ broker, brokerTls, brokerMutual, peer }: TargetOptions): Readonly<Record<string, string>> {
  const given = Object.entries({ broker, brokerTls, brokerMutual, peer })
  return Object.fromEntries(given.flatMap(([name, at]) => (at ? [[name, hostAndPort(at.host, at.port)]] : [])))
}

const capabilitiesOf = (values: HoleValues): readonly string[] =>
  Object.entries(capabilityOfHole).flatMap(([hole, capability]) => (values[hole] === undefined ? [] : [capability]))
