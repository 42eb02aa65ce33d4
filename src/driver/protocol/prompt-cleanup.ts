import { bytesOf } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Answer, Request } from './answer.ts'
import type { Chat } from './chat.ts'

export interface UndoOptions {
  /** Whether a filter is wanted; the others are unsubscribed. Without it: every one that holds no CR. One character is one byte. */
  readonly keepsFilter?: (filter: string) => boolean
  /**
   * Whether a file of the module's store is the caller's own and may be deleted: it can be put there again. Without it:
   * those of this driver.
   */
  readonly ownsCertificate?: (name: string) => boolean
}

export interface PromptCleanup {
  /** Filters that were subscribed to by the filling, and no longer are; one character is one byte. */
  readonly unsubscribed: readonly string[]
  /** Files of the caller's own that were deleted, for any of them may hold the filling. */
  readonly deleted: readonly string[]
  /** The other files of the store: one of them may hold the filling. */
  readonly suspect: readonly string[]
}

/** What the names of the files begin with that this driver puts into the module's store. */
export const ownFilePrefix = 'atmqtt-'

/** Whether a file of the store is one of ours: it can be put there again at any time. */
export const isOwnName = (name: string): boolean => name.startsWith(ownFilePrefix) && name.endsWith('.pem')

const finalMs = 9000
/** How long the result of a SUB that the filling started is waited for, in ms. */
const settleMs = 1500

/** Takes back what filling a prompt may have done: a subscription to junk, a file of junk. Staged data stay dirty. */
export async function undoFilledPrompt(chat: Chat, clock: Clock, options: UndoOptions = {}): Promise<PromptCleanup> {
  const unsubscribed = await undoSubscription(chat, clock, options)
  const { deleted, suspect } = await undoCertificate(chat, options)
  return { unsubscribed, deleted, suspect }
}

async function undoSubscription(chat: Chat, clock: Clock, options: UndoOptions): Promise<readonly string[]> {
  const { keepsFilter = (filter) => !filter.includes('\r') } = options
  const connected = (await ask(chat, 'AT+CMQTTDISC?', '+CMQTTDISC')).flatMap(
    (line) => /^\+CMQTTDISC: ?([01]),0$/.exec(line)?.slice(1) ?? [],
  )
  if (connected.length === 0) return []
  await resultOrTime(chat, clock)
  const rows = await ask(chat, 'AT+CMQTTSUB?', '+CMQTTSUB', 'rows')
  const junk = rows.slice(1).filter((row) => !keepsFilter(row))
  for (const filter of junk) for (const index of connected) await unsubscribe(chat, Number(index), filter)
  return junk
}

/** The filter is listed when the server has acknowledged it. */
function resultOrTime(chat: Chat, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel()
      chat.off('urc', hear)
      resolve()
    }
    const hear = (text: string) => {
      if (text.startsWith('+CMQTTSUB:')) done()
    }
    const cancel = clock.after(settleMs, done)
    chat.on('urc', hear)
  })
}

async function unsubscribe(chat: Chat, clientIndex: number, filter: string): Promise<void> {
  const answer = await chat.exchange({
    line: `AT+CMQTTUNSUB=${clientIndex},${filter.length},0`,
    name: '+CMQTTUNSUB',
    information: 'named',
    data: bytesOf(filter),
    result: { clientIndex, deferred: true },
    finalMs,
    resultMs: 20_000,
  })
  if (answer.kind === 'ok') await answer.result
}

async function undoCertificate(chat: Chat, { ownsCertificate = isOwnName }: UndoOptions) {
  const lines = await ask(chat, 'AT+CCERTLIST', '+CCERTLIST')
  const names = lines.flatMap((line) => /^\+CCERTLIST: ?"([^"]*)"$/.exec(line)?.slice(1) ?? [])
  const deleted: string[] = []
  for (const name of names.filter(ownsCertificate)) if (await isDeleted(chat, name)) deleted.push(name)
  return { deleted, suspect: names.filter((name) => !deleted.includes(name)) }
}

async function isDeleted(chat: Chat, name: string): Promise<boolean> {
  const line = `AT+CCERTDELE="${name}"`
  return (await chat.exchange({ line, name: '+CCERTDELE', information: 'named', finalMs })).kind === 'ok'
}

/** The information lines; none where the module refuses. */
async function ask(
  chat: Chat,
  line: string,
  name: string,
  information: Request['information'] = 'named',
): Promise<readonly string[]> {
  const answer: Answer = await chat.exchange({ line, name, information, finalMs })
  return answer.kind === 'ok' ? answer.lines : []
}
