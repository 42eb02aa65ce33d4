import type { SentCommand } from '../at/commands/every-command.ts'
import { textOf } from '../at/syntax/bytes.ts'
import { bytesOfToken, type Token } from '../at/syntax/parse-line.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'
import { SilentModule } from './silent-module.ts'
import { SuiteChat } from './suite-chat.ts'

const shortMs = 5000
/** START, STOP (§2.2.1, §2.2.2), and the longest that the text gives DISC, CONNECT or PUB; ms. */
const serviceMs = 12_000
const operationMs = 185_000
const pollMs = 1000
const quietMs = 200
const bootMs = 60_000

/** The line's settings that a case may assume: those after a start. */
const settings = ['ATE1', 'ATV1', 'ATQ0', 'AT+CMEE=2', 'AT+CREG=0', 'AT+CGREG=0', 'AT+CEREG=0'] as const

/** Whether setting up takes back what a command has set. */
export function isTakenBack({ name, tokens }: SentCommand): boolean {
  if (name === '+CSSLCFG') return tokens?.[0] !== undefined && contextKeys.includes(wordOf(tokens[0]))
  return settings.some((command) => command.slice(2).split(/[=\d]/)[0] === name)
}

/** What was in the module when the run began, and is not ours to remove. */
export interface ModuleSnapshot {
  readonly certificates: ReadonlySet<string>
}

export interface KnownState extends ModuleSnapshot {
  /** The case before left settings behind that only a reset takes back. */
  readonly settingsLeft: boolean
}

/** Reads what a module holds before the first case. Rejects with a `SilentModule`. */
export async function moduleSnapshotOf(stream: ByteStream, clock: Clock): Promise<ModuleSnapshot> {
  const chat = new SuiteChat(stream, clock)
  await intoStep(chat)
  // A late answer to what was sent before would be taken for the next one.
  await chat.quiet(quietMs, answerMs)
  return { certificates: new Set(await certificatesOf(chat)) }
}

/**
 * Brings a module into the state in which each case begins, whatever was left behind: no open prompt, no client, the
 * service stopped, the line's settings as after a start, the radio on; after a reset, everything that a reset clears.
 * Bounded; rejects with a `SilentModule`.
 */
export async function intoKnownState(
  stream: ByteStream,
  clock: Clock,
  { certificates, settingsLeft }: KnownState,
): Promise<void> {
  const chat = new SuiteChat(stream, clock)
  await intoStep(chat)
  await stopService(chat, clock)
  if (settingsLeft) await reset(chat)
  for (const command of settings) await chat.ask(command, shortMs)
  await switchOn(chat)
  await closeSockets(chat)
  await contextsAsAtStart(chat)
  for (const name of await certificatesOf(chat))
    if (!certificates.has(name)) await chat.ask(`AT+CCERTDELE="${name}"`, shortMs)
  await chat.quiet(50, 2000)
}

/** The module restarts; `PB DONE` is the last line of the start. */
async function reset(chat: SuiteChat): Promise<void> {
  const { final } = await chat.ask('AT+CRESET', shortMs)
  if (final === 'OK') await chat.line(/^PB DONE$/, bootMs)
  await intoStep(chat)
  await registered(chat)
}

/** DISC, REL, STOP. `CMQTTDISC?` is refused where the service is not started. */
export async function stopService(chat: SuiteChat, clock: Clock): Promise<void> {
  const { lines, final } = await chat.ask('AT+CMQTTDISC?', shortMs)
  if (final !== 'OK') return
  for (const index of [0, 1]) {
    if (lines.includes(`+CMQTTDISC: ${index},0`)) await disconnect(chat, index)
    await release(chat, clock, index)
  }
  const stopped = await chat.ask('AT+CMQTTSTOP', serviceMs)
  if (stopped.final === 'OK' && !stopped.lines.some(isStopped)) await chat.line(/^\+CMQTTSTOP:/, serviceMs)
}

const isStopped = (line: string): boolean => line.startsWith('+CMQTTSTOP:')

async function disconnect(chat: SuiteChat, index: number): Promise<void> {
  const { final } = await chat.ask(`AT+CMQTTDISC=${index},60`, operationMs)
  if (final === 'OK') await chat.line(new RegExp(`^\\+CMQTTDISC: ${index},`), operationMs)
}

/**
 * A client with an operation under way refuses others with 14 (busy) until its result, and one that is connected does so
 * until DISC, though its row may have been lost.
 */
async function release(chat: SuiteChat, clock: Clock, index: number): Promise<void> {
  const end = clock.now() + operationMs
  for (let tries = 0; ; tries++) {
    const { lines } = await chat.ask(`AT+CMQTTREL=${index}`, shortMs)
    if (!lines.includes(`+CMQTTREL: ${index},14`)) return
    if (tries > 0 && clock.now() >= end) return
    if (tries === 1) await disconnect(chat, index)
    await chat.quiet(pollMs, pollMs)
  }
}

async function switchOn(chat: SuiteChat): Promise<void> {
  const { lines } = await chat.ask('AT+CFUN?', shortMs)
  if (lines.includes('+CFUN: 1') || lines.length === 0) return
  await chat.ask('AT+CFUN=1', serviceMs)
  await registered(chat)
}

async function registered(chat: SuiteChat): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const { lines } = await chat.ask('AT+CEREG?', shortMs)
    if (lines.some((line) => /^\+CEREG: \d,[15]/.test(line))) return
    await chat.quiet(pollMs, pollMs)
  }
}

async function closeSockets(chat: SuiteChat): Promise<void> {
  const { lines } = await chat.ask('AT+NETOPEN?', shortMs)
  if (!lines.includes('+NETOPEN: 1')) return
  await chat.ask('AT+NETCLOSE', serviceMs)
  await chat.line(/^\+NETCLOSE:/, serviceMs)
}

/** The settings of TLS contexts after a start. File names can't be cleared: that takes a reset. */
const context: Readonly<Record<string, string>> = {
  sslversion: '4',
  authmode: '0',
  ignorelocaltime: '1',
  negotiatetime: '300',
  enableSNI: '0',
}

const contextKeys: readonly string[] = Object.keys(context).map((key) => key.toLowerCase())
const wordOf = (token: Token): string => textOf(bytesOfToken(token)).toLowerCase()

/** `=?` has the keys in the order of the columns of `?`. */
async function contextsAsAtStart(chat: SuiteChat): Promise<void> {
  const test = await chat.ask('AT+CSSLCFG=?', shortMs)
  const keys = test.lines.flatMap((line) => /^\+CSSLCFG: "(\w+)"/.exec(line)?.[1] ?? [])
  const { lines } = await chat.ask('AT+CSSLCFG?', shortMs)
  for (const line of lines) {
    const [index, ...values] = line.replace(/^\+CSSLCFG: /, '').split(',')
    for (const [i, key] of keys.entries())
      if (values[i] !== undefined && context[key] !== undefined && values[i] !== context[key])
        await chat.ask(`AT+CSSLCFG="${key}",${index},${context[key]}`, shortMs)
  }
}

async function certificatesOf(chat: SuiteChat): Promise<readonly string[]> {
  const { lines } = await chat.ask('AT+CCERTLIST', shortMs)
  return lines.flatMap((line) => /^\+CCERTLIST: "(.+)"$/.exec(line)?.[1] ?? [])
}

/** Its answer is distinctive: an `OK` alone may belong to an earlier command. */
const question = 'AT+CMEE?'
const answerMs = 2000
/** The longest that a prompt takes. */
const longestPrompt = 10_240
/** Answers to earlier commands may come first. */
const tries = 5

/**
 * Gets an answer from a module in whatever state: it may have a prompt open, a line half typed, results switched off, a
 * command under way. Rejects with a `SilentModule` when it says nothing for as long as filling the longest prompt takes.
 */
export async function intoStep(chat: SuiteChat): Promise<void> {
  chat.send('ATQ0V1E1\r')
  await chat.quiet(100, answerMs)
  if (await answers(chat)) return
  await fillPrompt(chat)
  for (let i = 0; i < tries; i++) if (await answers(chat)) return
  throw new SilentModule(question, tries * answerMs, chat.heard(question))
}

async function answers(chat: SuiteChat): Promise<boolean> {
  const { lines, final } = await chat.ask(question, answerMs)
  return final === 'OK' && lines.some((line) => line.startsWith('+CMEE:'))
}

/** CR is an empty line where commands are read, and a byte of the data behind a prompt: it ends when that is full. */
async function fillPrompt(chat: SuiteChat): Promise<void> {
  for (let sent = 0, block = 16; sent < longestPrompt; sent += block, block = Math.min(2 * block, 1024)) {
    chat.send('\r'.repeat(block))
    if (await chat.line(/^(OK|ERROR)$/, 100)) return
  }
}
