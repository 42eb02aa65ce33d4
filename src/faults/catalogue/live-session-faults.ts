import { mqttErr } from '../../at/errors.ts'
import { urcs } from '../../at/urcs.ts'
import type { Tap } from '../../io/wrappers/tap.ts'
import type { Module } from '../../module/public.ts'
import { CommandWatch } from '../command-watch.ts'
import { type FaultContext, fault, type LineView } from '../fault.ts'
import { masked, notedCommands } from '../output.ts'
import { wholeParam } from '../params.ts'

/** What A7672 modules do wrong while a client is connected. */
export const liveSessionFaults = [
  fault({
    name: 'busy-while-receiving',
    title: 'A SUB given while a received message is being printed is refused with 14.',
    group: 'module',
    reports: [5, 30],
    params: { forMs: wholeParam(1, 600_000, 300, 'how long a message counts as being printed, ms') },
    lasts: 'until',
    start(context, { forMs }) {
      const refused = new Map<string, () => void>()
      const refuseSub = (index: string): void => {
        refused.get(index)?.()
        refused.set(index, refuseFor(context, Number(index) as 0 | 1, forMs))
      }
      context.tapLines(undefined, 'out', () => ({
        take(bytes, pass) {
          for (const [, index] of masked(bytes).matchAll(messageStart)) refuseSub(index!)
          pass(bytes)
        },
      }))
    },
  }),
  fault({
    name: 'stop-reboots',
    title: 'STOP or DISC while a client is connected gets no answer: the module starts anew.',
    group: 'module',
    reports: [31],
    params: {},
    lasts: 'until',
    start({ tapLines, module }) {
      tapLines(undefined, 'in', (line) => rebooting(module, line))
    },
  }),
]

const messageStart = new RegExp(`\\r\\n(?:\\${urcs.receiveStart.name}|\\${urcs.receive.name}): (\\d),`, 'g')

/** Refuses SUB of a client for a while; the returned function ends it early. */
function refuseFor({ injectDefect, after }: FaultContext, clientIndex: 0 | 1, forMs: number): () => void {
  const end = injectDefect({
    kind: 'failing',
    command: notedCommands.subscribe.name,
    clientIndex,
    as: 'refusal',
    code: mqttErr.busy,
  })
  after(forMs, end)
  return end
}

/** In place of a command that ends a live session, the module starts anew. */
function rebooting(module: Module, { id }: LineView): Tap {
  let ends = false
  const watch = new CommandWatch(module, id, (command) => {
    ends = endsLiveSession(module, command)
  })
  return {
    take(bytes, pass) {
      watch.take(bytes, (piece) => {
        // Without its CR the line is echoed and not run.
        pass(ends ? piece.subarray(0, -1) : piece)
        if (!ends) return
        ends = false
        module.power(false)
        module.power(true)
      })
    },
  }
}

const disconnects = new RegExp(`\\${notedCommands.disconnect.name} *= *([01])(?!\\d)`, 'i')
const stops = new RegExp(`\\${notedCommands.stop.name} *(?:$|;|= *\\d)`, 'i')

function endsLiveSession(module: Module, command: string): boolean {
  const { mqtt } = module.state().service
  const live = mqtt.kind === 'started' ? mqtt.clients.map(({ kind }) => kind === 'connected') : []
  const [, index] = disconnects.exec(command) ?? []
  if (index !== undefined) return live[Number(index)] === true
  return stops.test(command) && live.includes(true)
}
