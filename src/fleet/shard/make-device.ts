import { seededRandom } from '../../io/runtime/random.ts'
import { memoryLine } from '../../io/transports/memory.ts'
import { identityFromSeed, Module } from '../../module/public.ts'
import { type DeviceParts, FleetDevice } from './device.ts'
import { DeviceDialer } from './device-dialer.ts'
import { type DeviceFiles, DeviceStore } from './device-files.ts'
import { DriverHost } from './driver-host.ts'
import type { FleetHost } from './host.ts'
import type { FleetIdentity } from './identity.ts'
import { LeanHost } from './lean-host.ts'
import type { Timetable } from './timetable.ts'
import { TranscriptHost } from './transcript-host.ts'
import { type ShardPlan, type ShardWorld, serverFor } from './world.ts'

const silent = { log() {} }

export interface DeviceMaking {
  readonly plan: ShardPlan
  readonly world: ShardWorld
  readonly schedule: Timetable
  readonly parts: DeviceParts
}

/** A module with its host on a line in memory. */
export function makeDevice(making: DeviceMaking, identity: FleetIdentity): FleetDevice {
  const { plan, world, parts } = making
  const { group, module: number } = identity
  const { sources, seed, timing } = plan.scenario
  const files = group.tls ? world.files(identity) : {}
  const certificates = group.tls ? new DeviceStore(files) : undefined
  const localAddress = sources[number % sources.length]
  const inner = world.dialer({
    ...(certificates && { certificates }),
    ...(localAddress !== undefined && { localAddress }),
  })
  const dialer = new DeviceDialer(inner, world.clock, world.limit)
  dialer.traffic = (kind, bytes, begun) => parts.recorder.traffic(group.name, kind, bytes, begun)
  const module = new Module({
    ...{ profile: world.profile(group), clock: world.clock, dialer, log: silent, timing },
    ...{ seed: seed + number, identity: identityFromSeed(seed + number), epochMs: plan.startedAt },
    hasCipherSuite: world.hasCipherSuite,
    ...(certificates && { certificates }),
  })
  const device = new FleetDevice(identity, module, dialer, parts)
  device.host = hostOf(making, device, files)
  return device
}

function hostOf({ plan, world, schedule }: DeviceMaking, device: FleetDevice, files: DeviceFiles): FleetHost {
  const { group, clientId, module: number } = device.identity
  const { host, port } = serverFor(plan, group)
  const address = host.includes(':') ? `[${host}]` : host
  const line = memoryLine('fleet')
  device.module.attach(line.accepted, 'fleet')
  const { clock } = world
  const random = seededRandom(plan.scenario.seed + number)
  // Written out: a spread gives each module's object a hidden class of its own, of 300 bytes.
  switch (group.host) {
    case 'lean': {
      const server = `tcp://${address}:${port}`
      return new LeanHost(line.dial(), { group, schedule, random, events: device, clientId, server })
    }
    case 'driver': {
      const url = `mqtt${group.tls ? 's' : ''}://${address}:${port}`
      return new DriverHost(line, { group, clock, random, events: device, clientId, files, url })
    }
    case 'transcript': {
      const values = { broker: `${address}:${port}`, brokerTls: `${address}:${port}`, clientId, client: clientId }
      const transcript = world.transcript(group)
      return new TranscriptHost(line, { group, schedule, clock, random, events: device, transcript, values })
    }
  }
}
