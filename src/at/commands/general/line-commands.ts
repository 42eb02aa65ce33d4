import { command } from '../command.ts'
import { ints, oneOf, optional, printedAs } from '../param.ts'
import type { GeneralDialect } from './general-dialect.ts'

const final = { outcome: 'final' } as const
const documented = { grade: 'documented' } as const
/** The values are kept and read back; hosts send the write form. */
const kept = { cite: 'general', grade: 'chosen', played: 'state' } as const
const general = { cite: 'general', grade: 'documented', played: 'real' } as const

/** A basic command that sets one number; bare, it has a value of its own. */
const basic = <const V extends readonly number[]>(name: string, title: string, ...values: V) =>
  command({
    ...general,
    name,
    title,
    execute: final,
    write: { set: { params: { value: oneOf(...values) }, outcome: 'final' } },
  })

const numbers = (values: readonly number[]) => printedAs(`(${values.join(',')})`, ints(...values))

/** The serial line: echo, results, speed, and what is kept of it. */
export const lineCommands = ({ hasNumericResults, speeds, flowModes }: GeneralDialect) => ({
  echo: command({
    ...general,
    name: 'E',
    title: 'Echo',
    execute: final,
    write: { set: { params: { echo: oneOf(0, 1) }, outcome: 'final' } },
  }),
  verbose: command({
    ...general,
    name: 'V',
    title: 'Results as words or numbers',
    execute: final,
    write: { set: { params: { value: ints(...(hasNumericResults ? [0, 1] : [1])) }, outcome: 'final' } },
  }),
  quiet: basic('Q', 'Whether results are sent', 0, 1),
  carrier: { ...basic('&C', 'Data carrier detect', 0, 1), played: 'state' as const },
  terminalReady: { ...basic('&D', 'Data terminal ready', 0, 1, 2), played: 'state' as const },
  restore: basic('Z', 'Restore the stored settings', 0),
  factory: basic('&F', 'Settings of the factory', 0),
  keep: { ...basic('&W', 'Store the settings', 0), risk: 'storesSettings' as const },
  view: command({ ...general, name: '&V', title: 'Show the settings', maxResponseMs: 120_000, execute: final }),
  errorReports: command({
    ...general,
    name: '+CMEE',
    title: 'How errors of SIM and network commands are shown',
    test: ['(0-2)'],
    read: { row: '<n>' },
    execute: final,
    write: { set: { params: { n: oneOf(0, 1, 2) }, outcome: 'final' } },
  }),
  speed: command({
    ...general,
    name: '+IPR',
    risk: 'lineSettings',
    title: 'Speed of the line',
    test: [`(${speeds.join(',')})`],
    read: { row: '<speed>' },
    execute: final,
    write: { set: { params: { speed: numbers(speeds) }, outcome: 'final' } },
  }),
  flow: command({
    ...general,
    name: '+IFC',
    played: 'state',
    risk: 'lineSettings',
    title: 'Flow control of the line',
    test: [flowTest(flowModes)],
    read: { row: '<DCE>,<DTE>' },
    execute: final,
    write: {
      set: { params: { dce: numbers(flowModes), dte: optional(numbers(flowModes)) }, outcome: 'final' },
    },
  }),
  framing: command({
    ...kept,
    name: '+ICF',
    title: 'Framing of a character',
    test: ['(1-6),(0-3)'],
    read: { row: '<format>,<parity>' },
    write: {
      set: { ...documented, params: { format: ints([1, 6]), parity: optional(ints([0, 3])) }, outcome: 'final' },
    },
  }),
  sleep: command({
    ...kept,
    name: '+CSCLK',
    title: 'Sleep by DTR',
    test: ['(0-2)'],
    read: { row: '<mode>' },
    write: { set: { ...documented, params: { mode: oneOf(0, 1, 2) }, outcome: 'final' } },
  }),
  reportPort: command({
    ...kept,
    name: '+CATR',
    title: 'Which port shows URCs',
    test: ['(0-4)'],
    read: { row: '<port>' },
    write: { set: { ...documented, params: { port: ints([0, 4]) }, outcome: 'final' } },
  }),
  reportDelay: command({
    ...kept,
    name: '+CURCD',
    title: 'Delay of URCs',
    test: ['(0-10000),(0-1)'],
    read: { row: '<delay>,<kept>' },
    write: {
      set: { ...documented, params: { delay: ints([0, 10_000]), kept: optional(oneOf(0, 1)) }, outcome: 'final' },
    },
  }),
})

function flowTest(modes: readonly number[]): string {
  const list = modes.length === 3 ? '(0-2)' : `(${modes.join(',')})`
  return `${list},${list}`
}
