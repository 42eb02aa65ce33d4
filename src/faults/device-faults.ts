import type { Module, RadioChange } from '../module/public.ts'
import { DelayLine } from './delay-line.ts'
import { fault, type World } from './fault.ts'
import { text, whole } from './params.ts'

/** SIM, cell and power. */
export const deviceFaults = [
  fault({
    name: 'sim-busy',
    title: 'The SIM does not answer: commands that ask it fail with +CME ERROR 14.',
    group: 'device',
    reports: [],
    params: {},
    lasts: 'until',
    start({ module, onStop }) {
      module.sim('busy')
      onStop(() => module.sim('idle'))
    },
  }),
  fault({
    name: 'sim-removed',
    title: 'The SIM is out: +CPIN says so, and the network is lost; it is back when the fault ends.',
    group: 'device',
    reports: [],
    params: {},
    lasts: 'until',
    start({ module, onStop }) {
      module.sim('remove')
      onStop(() => module.sim('insert'))
    },
  }),
  fault({
    name: 'weak-signal',
    title: 'The signal is weak: +CSQ shows little, and all that servers send takes long.',
    group: 'device',
    reports: [7],
    params: {
      signal: whole(0, 31, 3, 'as +CSQ shows it'),
      delayMs: whole(0, 600_000, 2000, 'longest delay, ms; that of each piece is random'),
    },
    lasts: 'until',
    start(world, { signal, delayMs }) {
      changeRadio(world, { signal })
      world.tapLinks('in', () => {
        const late = new DelayLine(world.clock)
        world.onStop(() => late.flush())
        return {
          take: (bytes, pass) => late.push(bytes, world.random.below(delayMs + 1), pass),
          held: () => late.held,
        }
      })
    },
  }),
  fault({
    name: 'registration-denied',
    title: 'The network does not admit the SIM any more: +CEREG shows 3, and connections are lost.',
    group: 'device',
    reports: [],
    params: {},
    lasts: 'until',
    start: (world) => changeRadio(world, { admits: 'denied' }),
  }),
  fault({
    name: 'apn-refused',
    title: 'The network drops the module and refuses its APN from then on: START ends with 9.',
    group: 'device',
    reports: [],
    params: { apn: text(100, 'internet', 'the APN that is refused') },
    lasts: 'until',
    start(world, { apn }) {
      const { refusedApns } = world.module.state().network
      world.onStop(() => reattach(world.module))
      changeRadio(world, { refusedApns: [...refusedApns, apn.toLowerCase()] })
      reattach(world.module)
    },
  }),
  fault({
    name: 'power-cut',
    title: 'The module is off and answers nothing; it boots when the fault ends.',
    group: 'device',
    reports: [21],
    params: {},
    lasts: 'until',
    start({ module, onStop }) {
      module.power(false)
      onStop(() => module.power(true))
    },
  }),
  fault({
    name: 'spontaneous-reboot',
    title: 'The module starts anew: connections, service and settings are gone, boot lines follow.',
    group: 'device',
    reports: [],
    params: {},
    lasts: 'once',
    start({ module, end }) {
      module.power(false)
      module.power(true)
      end()
    },
  }),
]

/** Changes the simulated network until the fault ends. */
function changeRadio({ module, onStop }: World, change: RadioChange): void {
  const { signal, admits, refusedApns } = module.state().network
  const before = { signal, admits, refusedApns }
  const back = Object.fromEntries(Object.entries(before).filter(([key]) => Object.hasOwn(change, key)))
  module.radio(change)
  onStop(() => module.radio(back))
}

/** Coverage goes and comes: PDP contexts are activated anew. */
function reattach(module: Module): void {
  const { coverage } = module.state().network
  module.network('down')
  module.network(coverage)
}
