import type { NewAdviser } from '../../at/adviser.ts'
import type { Content } from '../../at/commands/content.ts'
import { watchCarried } from '../../control/public.ts'
import type { Faults } from '../../faults/public.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Input, Module } from '../../module/public.ts'
import { beginningOf } from '../beginning.ts'
import { RowMaker } from '../row-maker.ts'
import { DeviceLook } from './device-look.ts'
import { Findings } from './findings.ts'
import type { ConsoleTimeline } from './timeline.ts'

export interface ShownModule {
  readonly module: Module
  readonly faults: Faults
  readonly clock: Clock
  readonly leftOut: readonly Content[]
  readonly newAdviser: NewAdviser
}

/** Makes rows of all that happens to a virtual module; the returned function ends it. */
export function showModule(timeline: ConsoleTimeline, shown: ShownModule): () => void {
  const { module, faults, clock, leftOut, newAdviser } = shown
  const device = new DeviceLook(module, leftOut)
  device.faultsChanged(faults)
  timeline.follow(device.look)
  // What the module is given changes its state; what it gives comes behind the change.
  let last = 0
  const rows = new RowMaker((row, whole) => {
    last = row.kind.endsWith('in') ? timeline.intervene(row, whole) : timeline.add(row, whole)
  })
  const findings = new Findings(timeline, clock, newAdviser)
  const chains = new Map<number, number>()
  const stops = [
    () => findings.stop(),
    watchCarried(
      module,
      {
        line(line, direction, part, text, ends) {
          rows.line(line, direction, part, text, ends)
          findings.hear(line, direction === 'in' ? 'host' : 'module', text, last)
        },
        packet: (packet) => rows.packet(packet),
        host(line, present) {
          if (!present) rows.left(line)
          timeline.add({ kind: 'note', text: `${line}: ${present ? 'a host is there' : 'the host has gone'}` })
        },
      },
      leftOut,
    ),
    module.observeSteps(({ input }) => {
      const act = actOf(input)
      if (act) timeline.intervene({ kind: 'act', chain: rows.chains.next(), ...act })
    }),
    faults.watch((what, { id, fault, values }) => {
      device.faultsChanged(faults)
      const chain = chains.get(id) ?? rows.chains.next()
      if (what === 'started') chains.set(id, chain)
      else chains.delete(id)
      const data = { id, name: fault.name, params: beginningOf(values) }
      const op = what === 'started' ? 'fault' : 'faultEnded'
      timeline.intervene({ kind: 'act', chain, op, text: `fault ${fault.name} ${what}`, data })
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

interface Act {
  readonly op: string
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** What was done to the module, whoever did it; undefined: it is no intervention. */
function actOf(input: Input): Act | undefined {
  switch (input.type) {
    case 'network':
      return { op: 'network', text: `the network is ${input.coverage}`, data: { state: input.coverage } }
    case 'radio':
      return {
        op: 'radio',
        text: 'the simulated network was changed',
        data: beginningOf(input.change) as object as never,
      }
    case 'power':
      return { op: 'power', text: `the power is ${input.on ? 'on' : 'off'}`, data: { state: input.on ? 'on' : 'off' } }
    case 'sim':
      return { op: 'sim', text: `the SIM: ${input.action}`, data: { state: input.action } }
    case 'reset':
      return { op: 'reset', text: 'the power was cut and is on again' }
    case 'fresh':
      return { op: 'fresh', text: 'the module is as at its start' }
    case 'urc':
      return { op: 'urc', text: 'a line was printed as a URC' }
    default:
      return undefined
  }
}
