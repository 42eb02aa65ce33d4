import { command } from '../command.ts'
import { ints, oneOf, optional, printedAs, text } from '../param.ts'
import type { GeneralDialect } from './general-dialect.ts'

const general = { cite: 'general', grade: 'documented', played: 'real' } as const
const final = { outcome: 'final' } as const

/** Power, reset and the clock. */
export const powerCommands = ({ highestFun, hasPowerOffKinds, zoneModes }: GeneralDialect) => ({
  functionality: command({
    ...general,
    name: '+CFUN',
    changes: 'network',
    effort: 'radio',
    title: 'Radio on and off, and reset',
    maxResponseMs: 25_000,
    test: [`(0-1,4-${highestFun}),(0-1)`],
    read: { row: '<fun>' },
    write: {
      set: { params: { fun: ints([0, 1], [4, highestFun]), reset: optional(oneOf(0, 1)) }, outcome: 'final' },
    },
  }),
  restart: command({
    ...general,
    name: '+CRESET',
    changes: 'power',
    title: 'Restart the module',
    test: [],
    execute: final,
  }),
  powerOff: command({
    ...general,
    name: '+CPOF',
    risk: 'powersOff',
    changes: 'power',
    title: 'Switch the module off',
    test: hasPowerOffKinds ? ['(0,1)'] : [],
    execute: final,
    write: { quick: { params: { kind: oneOf(0, 1) }, outcome: 'final', absent: !hasPowerOffKinds } },
  }),
  clock: command({
    ...general,
    name: '+CCLK',
    title: 'The clock',
    test: [],
    read: { row: '"yy/MM/dd,hh:mm:ss±zz"' },
    write: { set: { params: { time: text(17, 20) }, outcome: 'final' } },
  }),
  zoneUpdate: command({
    ...general,
    name: '+CTZU',
    title: 'Whether the network sets the clock',
    test: [modesTest(zoneModes)],
    read: { row: '<n>' },
    write: { set: { params: { n: modes(zoneModes) }, outcome: 'final' } },
  }),
  zoneReports: command({
    ...general,
    name: '+CTZR',
    title: 'Whether the time zone is shown',
    test: [modesTest(zoneModes)],
    read: { row: '<n>' },
    execute: final,
    write: { set: { params: { n: modes(zoneModes) }, outcome: 'final' } },
  }),
})

const modesTest = (modes: readonly number[]): string => (modes.length === 2 ? '(0-1)' : `(${modes.join(',')})`)
const modes = (values: readonly number[]) => printedAs(modesTest(values), ints(...values))
