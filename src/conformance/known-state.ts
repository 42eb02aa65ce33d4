import type { Clock } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'
import { intoStep } from './in-step.ts'
import { SuiteChat } from './suite-chat.ts'

const shortMs = 5000
/** START, STOP (§2.2.1, §2.2.2), and the longest that the text gives DISC, CONNECT or PUB; ms. */
const serviceMs = 12_000
const operationMs = 185_000
const pollMs = 1000
const bootMs = 60_000

/** The line's settings that a case may assume: those after a start. */
const settings = ['ATE1', 'ATV1', 'ATQ0', 'AT+CMEE=2', 'AT+CREG=0', 'AT+CGREG=0', 'AT+CEREG=0'] as const

/** What was in the module when the run began, and is not ours to remove. */
export interface ModuleSnapshot {
  readonly certificates: ReadonlySet<string>
}

export interface KnownState extends ModuleSnapshot {
  /** The case before left settings behind that only a reset takes back. */
  readonly settingsLeft: boolean
}

/** Looks at a module before the first case. Rejects with a `SilentModule`. */
export async function moduleSnapshotOf(stream: ByteStream, clock: Clock): Promise<ModuleSnapshot> {
  const chat = new SuiteChat(stream, clock)
  await intoStep(chat)
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

/** The module is away for a while; `PB DONE` says that it is back. */
async function reset(chat: SuiteChat): Promise<void> {
  const { final } = await chat.ask('AT+CRESET', shortMs)
  if (final === 'OK') await chat.line(/^PB DONE$/, bootMs)
  await intoStep(chat)
  await registered(chat)
}

/** DISC, REL, STOP. `CMQTTDISC?` is refused where the service is not started. */
async function stopService(chat: SuiteChat, clock: Clock): Promise<void> {
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

/** A client with something under way is busy (14) until that has its result. */
async function release(chat: SuiteChat, clock: Clock, index: number): Promise<void> {
  const end = clock.now() + operationMs
  do {
    const { lines } = await chat.ask(`AT+CMQTTREL=${index}`, shortMs)
    if (!lines.includes(`+CMQTTREL: ${index},14`)) return
    await chat.quiet(pollMs, pollMs)
  } while (clock.now() < end)
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

/** What TLS contexts are after a start. A name of a file can't be taken out: that takes a reset. */
const context: Readonly<Record<string, string>> = {
  sslversion: '4',
  authmode: '0',
  ignorelocaltime: '1',
  negotiatetime: '300',
  enableSNI: '0',
}

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
