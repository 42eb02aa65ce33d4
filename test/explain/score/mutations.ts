import { seededRandom } from '../../../src/io/runtime/random.ts'

/** Changes a log as logs are changed on their way into a thread. */
export type Mutation = (log: string, seed: number) => string

const rowsOf = (log: string): string[] => log.split('\n')

/** A hundredth of the bytes is lost. */
const dropped: Mutation = (log, seed) => {
  const random = seededRandom(seed)
  return [...log].filter((byte) => byte === '\n' || random.next() >= 0.01).join('')
}

const withoutCr: Mutation = (log) => log.replaceAll('\r', '')

/** Rows with a command stand there twice. */
const echoDoubled: Mutation = (log) =>
  rowsOf(log)
    .flatMap((row) => (/\bAT(?:\+|$)/.test(row) && !/TX|host|--->|tx:|sending/i.test(row) ? [row, row] : [row]))
    .join('\n')

const headCut: Mutation = (log) =>
  rowsOf(log)
    .slice(Math.floor(rowsOf(log).length * 0.1))
    .join('\n')
const tailCut: Mutation = (log) =>
  rowsOf(log)
    .slice(0, Math.ceil(rowsOf(log).length * 0.92))
    .join('\n')

const words = ['loop: 12 ms', 'battery 3.91 V', '[net] state=3', 'heap 181234', 'tick', '*** sensor ready ***']

/** The host's own words in between. */
const printsBetween: Mutation = (log, seed) => {
  const random = seededRandom(seed)
  return rowsOf(log)
    .flatMap((row) => (random.next() < 0.12 ? [words[Math.floor(random.next() * words.length)]!, row] : [row]))
    .join('\n')
}

export const mutations: Readonly<Record<string, Mutation>> = {
  none: (log) => log,
  dropped,
  withoutCr,
  echoDoubled,
  headCut,
  tailCut,
  printsBetween,
}
