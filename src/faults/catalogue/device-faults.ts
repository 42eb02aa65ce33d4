import { DelayLine } from '../delay-line.ts'
import { fault } from '../fault.ts'
import { admits, power, refusedApns, signal as shownSignal, simAnswers, simIsIn } from '../held-settings.ts'
import { announceParam, textParam, wholeParam } from '../params.ts'

/** SIM, cell and power. */
export const deviceFaults = [
  fault({
    name: 'sim-busy',
    title: 'The SIM does not answer: commands that ask it fail with +CME ERROR 14.',
    group: 'device',
    reports: [],
    params: {},
    lasts: 'until',
    start: ({ module, hold }) => void hold(simAnswers(module), false),
  }),
  fault({
    name: 'sim-removed',
    title: 'The SIM is out: +CPIN says so, and the network is lost; it is back when the fault ends.',
    group: 'device',
    reports: [],
    params: { announce: announceParam },
    lasts: 'until',
    start: ({ module, hold }, loss) => void hold(simIsIn(module, loss), false),
  }),
  fault({
    name: 'weak-signal',
    title: 'The signal is weak: +CSQ shows little, and all that servers send takes long.',
    group: 'device',
    reports: [7],
    params: {
      signal: wholeParam(0, 31, 3, 'as +CSQ shows it'),
      delayMs: wholeParam(0, 600_000, 2000, 'longest delay, ms; that of each piece is random'),
    },
    lasts: 'until',
    start(context, { signal, delayMs }) {
      context.hold(shownSignal(context.module), signal)
      context.tapConnections('in', () => {
        const late = new DelayLine(context.clock)
        context.onStop(() => late.flush())
        return {
          take: (bytes, pass) => late.push(bytes, context.random.below(delayMs + 1), pass),
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
    params: { announce: announceParam },
    lasts: 'until',
    start: ({ module, hold }, loss) => void hold(admits(module, loss), 'denied'),
  }),
  fault({
    name: 'apn-refused',
    title: 'The network drops the module and refuses its APN from then on: START ends with 9.',
    group: 'device',
    reports: [],
    params: { apn: textParam(100, 'internet', 'the APN that is refused'), announce: announceParam },
    lasts: 'until',
    start: ({ module, hold }, { apn, announce }) => void hold(refusedApns(module, { announce }), [apn.toLowerCase()]),
  }),
  fault({
    name: 'power-cut',
    title: 'The module is off and answers nothing; it boots when the fault ends.',
    group: 'device',
    reports: [21],
    params: { announce: announceParam },
    lasts: 'until',
    start: ({ module, hold }, loss) => void hold(power(module, loss), false),
  }),
  fault({
    name: 'spontaneous-reboot',
    title: 'The module starts anew: connections, service and settings are gone, boot lines follow.',
    group: 'device',
    reports: [],
    params: { announce: announceParam },
    lasts: 'once',
    start({ module, end }, loss) {
      const isOn = power(module).read()
      module.power(false, loss)
      if (isOn) module.power(true)
      end()
    },
  }),
]
