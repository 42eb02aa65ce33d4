import { siblingCommands } from '../../at/commands/mqtt/sibling-commands.ts'
import { resultPattern } from '../../at/commands/results.ts'
import { defaultProfile } from '../../at/profiles/profiles.ts'
import { bytesOf, concat, textOf } from '../../at/syntax/bytes.ts'
import type { Tap } from '../../io/wrappers/tap.ts'
import { DelayLine } from '../delay-line.ts'
import { type FaultContext, fault } from '../fault.ts'
import {
  deferredResult,
  type Found,
  finalOk,
  find,
  informationLine,
  messageEnd,
  notedCommands,
  receivePart,
  unsolicited,
} from '../output.ts'
import { optionalTextParam, textParam, wholeParam } from '../params.ts'

const line = optionalTextParam(200, 'name of a line; none: all lines')
const where = { line }

const { subscribe } = notedCommands
const { subscribeTopic } = siblingCommands(defaultProfile.mqtt)

/** What the module prints, in the wrong order, twice, late or never. */
export const responseFaults = [
  fault({
    name: 'ok-delayed',
    title: 'OK, and all that follows it, comes late.',
    group: 'response',
    reports: [8, 21],
    params: { ...where, afterMs: wholeParam(1, 600_000, 30_000, 'how late, ms') },
    lasts: 'until',
    start: (context, { line, afterMs }) => holdFrom(context, line, finalOk, afterMs),
  }),
  fault({
    name: 'prompt-late',
    title: 'The prompt of a command that takes data comes late.',
    group: 'response',
    reports: [8],
    params: { ...where, afterMs: wholeParam(1, 600_000, 5000, 'how late, ms') },
    lasts: 'until',
    start: (context, { line, afterMs }) => holdFrom(context, line, /\r\n>(?:\r\n)?$/, afterMs),
  }),
  fault({
    name: 'result-late',
    title: 'The result of START, CONNECT, PUB, SUB, UNSUB, DISC or STOP comes late; other output passes it.',
    group: 'response',
    reports: [8, 9],
    params: { ...where, afterMs: wholeParam(1, 600_000, 180_000, 'how late, ms') },
    lasts: 'until',
    start({ tapLines, clock, onStop }, { line, afterMs }) {
      tapLines(line, 'out', () => {
        const late = new DelayLine(clock)
        onStop(() => late.flush())
        return cutOut(deferredResult, (result, pass) => late.push(result, afterMs, pass))
      })
    },
  }),
  fault({
    name: 'result-lost',
    title: 'The result of START, CONNECT, PUB, SUB, UNSUB, DISC or STOP is never printed; the command is carried out.',
    group: 'response',
    reports: [8, 21],
    params: where,
    lasts: 'until',
    start({ tapLines }, { line }) {
      tapLines(line, 'out', () => cutOut(deferredResult, () => {}))
    },
  }),
  fault({
    name: 'urc-in-response',
    title: 'A URC stands between the information line of a response and what follows it.',
    group: 'response',
    reports: [14],
    params: { ...where, urc: textParam(200, '+CMTI: "SM",1', 'the URC, without CR LF') },
    lasts: 'until',
    start(context, { line, urc }) {
      insert(context, line, informationLine, ({ to }) => to, bytesOf(`\r\n${urc}\r\n`))
    },
  }),
  fault({
    name: 'echo-in-payload',
    title: 'The echo of a command stands in the middle of the payload of a received message.',
    group: 'response',
    reports: [10],
    params: { ...where, echo: textParam(200, 'AT+CSQ\r', 'what is inserted') },
    lasts: 'until',
    start(context, { line, echo }) {
      insert(context, line, receivePart, ({ from, to }) => from + ((to - from) >> 1), bytesOf(echo))
    },
  }),
  fault({
    name: 'urc-doubled',
    title: 'CONNLOST, NONET and received messages are printed twice.',
    group: 'response',
    reports: [15],
    params: where,
    lasts: 'until',
    start({ tapLines }, { line }) {
      tapLines(line, 'out', () => splitAt(unsolicited, (urc, pass) => pass(concat([urc, urc]))))
    },
  }),
  fault({
    name: 'message-end-lost',
    title: 'RXEND of received messages is not printed.',
    group: 'response',
    reports: [20],
    params: where,
    lasts: 'until',
    start({ tapLines }, { line }) {
      tapLines(line, 'out', () => cutOut(messageEnd, () => {}))
    },
  }),
  fault({
    name: 'subscribe-result-renamed',
    title: `The result of SUB comes by the name of another command: ${subscribeTopic.name}: 0,0.`,
    group: 'response',
    reports: [],
    params: where,
    lasts: 'until',
    start({ tapLines }, { line }) {
      tapLines(line, 'out', () => splitAt(subscribeResult, (result, pass) => pass(renamed(result))))
    },
  }),
  fault({
    name: 'boot-storm',
    title: 'Boot lines appear again and again, also in the midst of responses, though the module runs on.',
    group: 'response',
    reports: [14],
    params: {
      ...where,
      lines: textParam(1000, 'QCRDY\n+CPIN: READY\nSMS DONE\nPB DONE', 'what is printed, a line each'),
      times: wholeParam(1, 10_000, 10, 'how often'),
      gapMs: wholeParam(1, 60_000, 200, 'longest time between two, ms'),
    },
    lasts: 'once',
    start({ inject, after, random, end }, { line, lines, times, gapMs }) {
      const print = (left: number): void => {
        for (const row of lines.split('\n')) inject(line, 'out', bytesOf(`\r\n${row}\r\n`))
        if (left > 1) after(1 + random.below(gapMs), () => print(left - 1))
        else end()
      }
      print(times)
    },
  }),
]

const subscribeResult = new RegExp(`\\r\\n${resultPattern(subscribe)}\\r\\n(?!\\r\\nERROR)`)
const renamed = (result: Uint8Array): Uint8Array =>
  bytesOf(textOf(result).replace(`${subscribe.name}:`, `${subscribeTopic.name}:`))

/** Holds back what is found and all behind it. */
function holdFrom(
  { tapLines, clock, onStop }: FaultContext,
  name: string | undefined,
  pattern: RegExp,
  afterMs: number,
): void {
  tapLines(name, 'out', () => {
    const late = new DelayLine(clock)
    onStop(() => late.flush())
    return {
      take(bytes, pass) {
        const from = late.held > 0 ? undefined : find(bytes, pattern)?.from
        late.push(bytes.subarray(0, from), 0, pass)
        if (from !== undefined) late.push(bytes.subarray(from), afterMs, pass)
      },
      held: () => late.held,
    }
  })
}

type Piece = (piece: Uint8Array, pass: (bytes: Uint8Array) => void) => void

/** Does something else with each piece that is found, in its place. */
function splitAt(pattern: RegExp, piece: Piece): Tap {
  return {
    take(bytes, pass) {
      let rest = bytes
      for (let found = find(rest, pattern); found; found = find(rest, pattern)) {
        if (found.from > 0) pass(rest.subarray(0, found.from))
        piece(rest.subarray(found.from, found.to), pass)
        rest = rest.subarray(found.to)
      }
      if (rest.length > 0) pass(rest)
    },
  }
}

/** Takes each piece that is found out of what is printed. */
const cutOut = splitAt

/** Puts bytes into each write in which something is found, once. */
function insert(
  { tapLines }: FaultContext,
  name: string | undefined,
  pattern: RegExp,
  place: (found: Found) => number,
  bytes: Uint8Array,
): void {
  tapLines(name, 'out', () => ({
    take(written, pass) {
      const found = find(written, pattern)
      const at = found && place(found)
      pass(at === undefined ? written : concat([written.subarray(0, at), bytes, written.subarray(at)]))
    },
  }))
}
