import { fault } from '../fault.ts'
import { coverage } from '../held-settings.ts'
import { announceParam, wholeParam } from '../params.ts'

/** Coverage. */
export const networkFaults = [
  fault({
    name: 'network-lost',
    title:
      'Coverage is gone: CONNLOST with cause 3 for each connected client, then NONET; it comes back when the fault ends.',
    group: 'network',
    reports: [7],
    params: { announce: announceParam },
    lasts: 'until',
    start: ({ module, hold }, loss) => void hold(coverage(module, loss), 'down'),
  }),
  fault({
    name: 'network-silent',
    title: 'Still registered, but nothing comes through in either direction until the fault ends.',
    group: 'network',
    reports: [7],
    params: {},
    lasts: 'until',
    start: ({ module, hold }) => void hold(coverage(module), 'silent'),
  }),
  fault({
    name: 'network-restored',
    title: 'Coverage is back, whatever took it away.',
    group: 'network',
    reports: [7],
    params: {},
    lasts: 'once',
    start({ module, end }) {
      module.network('up')
      end()
    },
  }),
  fault({
    name: 'network-flapping',
    title: 'Coverage comes and goes at random times.',
    group: 'network',
    reports: [7],
    params: {
      downMs: wholeParam(1, 3_600_000, 5000, 'longest time without coverage, ms'),
      upMs: wholeParam(1, 3_600_000, 20_000, 'longest time with coverage, ms'),
      announce: announceParam,
    },
    lasts: 'until',
    start({ module, random, after, hold }, { downMs, upMs, announce }) {
      const down = (): void => {
        const release = hold(coverage(module, { announce }), 'down')
        after(1 + random.below(downMs), () => {
          release()
          after(1 + random.below(upMs), down)
        })
      }
      down()
    },
  }),
]
