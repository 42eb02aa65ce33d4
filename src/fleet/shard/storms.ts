import type { Storm } from '../scenario/scenario.ts'
import type { FleetDevice } from './device.ts'

const centuries = 200 * 365 * 86_400_000

/** Puts a storm on a device. */
export function beginStorm(storm: Storm, device: FleetDevice, at: number, neighbour: string): void {
  const { module, dialer } = device
  switch (storm.kind) {
    case 'region':
      return module.network(storm.network)
    case 'nat':
      dialer.fate.natIdleMs = storm.idleMs
      return
    case 'halfOpen':
      return dialer.halfOpen()
    case 'dns':
      dialer.fate.noNames = true
      return dialer.cut()
    case 'certificateExpiry':
    case 'clockSkew':
      dialer.fate.skewMs = storm.kind === 'clockSkew' ? storm.byMs : centuries
      return dialer.cut()
    case 'duplicateIds':
      return renamed(device, neighbour, at)
    case 'brokerRestart':
  }
}

export function endStorm(storm: Storm, device: FleetDevice, at: number): void {
  const { module, dialer, identity } = device
  switch (storm.kind) {
    case 'region':
      return module.network('up')
    case 'nat':
      dialer.fate.natIdleMs = 0
      return
    case 'dns':
      dialer.fate.noNames = false
      return
    case 'certificateExpiry':
    case 'clockSkew':
      dialer.fate.skewMs = 0
      return
    case 'duplicateIds':
      return renamed(device, identity.clientId, at)
    default:
  }
}

/** Under another ID: it leaves and comes again. */
function renamed({ host }: FleetDevice, clientId: string, at: number): void {
  host.disconnect()
  host.rename(clientId)
  host.connect(at)
}
