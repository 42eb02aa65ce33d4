import { causeIds } from '../../at/advice/cause-ids.ts'
import { adviceText } from '../../at/advice.ts'
import { mqttCommands } from '../../at/commands/mqtt/mqtt-commands.ts'
import { cmeErrors, mqttErr, mqttErrors } from '../../at/errors.ts'
import type { Family } from '../../at/profiles/profile.ts'
import { defaultProfile } from '../../at/profiles/profiles.ts'
import type { Answer, Silence } from '../protocol/answer.ts'
import { PortClosedError } from '../protocol/errors.ts'

/** An MQTT command that the module refused, or whose result says that it failed (§4.1). */
export class MqttError extends Error {
  override readonly name = 'MqttError'
  /** `<err>`, 1–35; codes that the note does not have are passed on. */
  readonly err: number
  /**
   * Of CONNECT as programs for MQTT.js look for it: `ECONNREFUSED`, `ENOTFOUND`, `ETIMEDOUT`, `ECONNRESET`, or the return
   * code of a server that refuses the client, 1–5. Else the same as `err`.
   */
  readonly code: string | number
  /** The code in words. */
  readonly meaning: string
  /** `AT+CMQTTPUB` */
  readonly command: string
  /** What the code means behind this command of this family of modules, and what to do. */
  readonly advice: string
  /** Ids of causes that show themselves so, as `atmqtt explain` tells them: `tls-sni`. */
  readonly causes: readonly string[]
  /** The command had been accepted with `OK`: the code is its result, no refusal. */
  readonly accepted: boolean

  constructor(command: string, err: number, accepted: boolean, family: Family) {
    const meaning = mqttErrors[err] ?? 'a code that the note does not have'
    const advice = adviceText(command, err, family)
    super(`AT${command} failed with ${err} (${meaning}): ${advice}`)
    this.err = err
    this.code = (command === connectName ? connectCodes[err] : undefined) ?? err
    this.meaning = meaning
    this.command = `AT${command}`
    this.advice = advice
    this.causes = causeIds(command, err)
    this.accepted = accepted
  }
}

const connectName = mqttCommands(defaultProfile.mqtt).connect.name

/** What Node's sockets and MQTT.js's clients call a failure to connect. */
const connectCodes: Readonly<Record<number, string | number>> = {
  [mqttErr.socketConnect]: 'ECONNREFUSED',
  [mqttErr.messageReceive]: 'ECONNRESET',
  [mqttErr.timeout]: 'ETIMEDOUT',
  [mqttErr.dns]: 'ENOTFOUND',
  [mqttErr.closedByServer]: 'ECONNRESET',
  ...Object.fromEntries([1, 2, 3, 4, 5].map((returnCode) => [mqttErr.refusedVersion + returnCode - 1, returnCode])),
}

/** `+CME ERROR`: the SIM, the network or the device refused a command. */
export class CmeError extends Error {
  override readonly name = 'CmeError'
  /** The number, where `+CMEE` is 1 or the words are known. */
  readonly code: number | undefined
  readonly meaning: string
  readonly command: string
  /** Ids of causes, as of `MqttError`. */
  readonly causes: readonly string[]

  constructor(command: string, code: number | undefined, meaning: string) {
    super(`AT${command} failed: ${meaning}${code === undefined ? '' : ` (CME ${code})`}.`)
    this.code = code
    this.meaning = meaning
    this.command = `AT${command}`
    this.causes = code === undefined ? [] : causeIds('CME', code)
  }
}

/** A bare `ERROR`: the module gives no reason. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly command: string
  /** What the command mostly is refused for, and what to do. */
  readonly advice: string
  /** Ids of causes, as of `MqttError`. */
  readonly causes: readonly string[]

  constructor(command: string, family: Family) {
    const advice = adviceText(command, 'ERROR', family)
    super(`AT${command} was refused with ERROR: ${advice}`)
    this.command = `AT${command}`
    this.advice = advice
    this.causes = causeIds(command, 'ERROR')
  }
}

/** Whether the module has done what it was told is not known. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError'
  readonly command: string
  /**
   * `prompt`, `final`, `result`: what did not come in time. `closed`: the port went away. `restart`: the module did.
   * `acknowledgement`: that of the server. `connection`: it ended first. `disturbed`: another program wrote meanwhile, so
   * what the module was given may be something else.
   */
  readonly missing:
    | 'prompt'
    | 'final'
    | 'result'
    | 'closed'
    | 'restart'
    | 'acknowledgement'
    | 'connection'
    | 'disturbed'

  constructor(command: string, missing: UnknownOutcomeError['missing'], cause?: unknown) {
    super(
      `${missingText[missing]} AT${command}: whether it was done is not known.`,
      cause === undefined ? undefined : { cause },
    )
    this.command = `AT${command}`
    this.missing = missing
  }
}

const missingText: Readonly<Record<UnknownOutcomeError['missing'], string>> = {
  prompt: 'No prompt came for',
  final: 'No answer came to',
  result: 'No result came for',
  closed: 'The port was closed during',
  restart: 'The module was given up or restarted during',
  acknowledgement: 'The server did not acknowledge in time',
  connection: 'The connection ended during',
  disturbed: 'Another program wrote on the port during',
}

/** A value that can't be sent. Nothing was sent. */
export class InputError extends Error {
  override readonly name = 'InputError'
  /** The parameter, as the method calls it. */
  readonly parameter: string

  constructor(command: string, parameter: string, why: string) {
    super(`AT${command} can't be sent: ${parameter}: ${why}.`)
    this.parameter = parameter
  }
}

/** Results behind which the server may have got the message all the same: receiving or sending failed, time-out. */
const undecided: ReadonlySet<number> = new Set([6, 16, 17])

/** Whether a command that failed with this error may have been done: a PUB that is sent again may then arrive twice. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof UnknownOutcomeError) return error.missing !== 'prompt'
  return error instanceof MqttError && error.accepted && undecided.has(error.err)
}

/** The information lines of a command that has succeeded; throws what says why it has not. */
export async function outcomeOf(name: string, answer: Answer, family: Family): Promise<readonly string[]> {
  if (answer.kind === 'error')
    throw answer.code ? new MqttError(name, answer.code, false, family) : new RefusedError(name, family)
  if (answer.kind === 'cme') throw cmeErrorOf(name, answer.text)
  if (answer.kind !== 'ok') throw silenceError(name, answer)
  const result = await answer.result
  if (result === undefined) return answer.lines
  if (result.kind !== 'code') throw silenceError(name, result)
  if (result.code !== 0) throw new MqttError(name, result.code, true, family)
  return answer.lines
}

function silenceError(name: string, silence: Silence): Error {
  if (silence.kind === 'unsent') return new PortClosedError(name)
  if (silence.kind === 'silent') return new UnknownOutcomeError(name, silence.awaited)
  return new UnknownOutcomeError(name, silence.kind === 'closed' ? 'closed' : 'restart')
}

const cmeWords: Readonly<Record<number, string>> = cmeErrors

/** A number, or the words that `+CMEE=2` gives. */
function cmeErrorOf(name: string, text: string): CmeError {
  if (/^\d{1,4}$/.test(text)) return new CmeError(name, Number(text), cmeWords[Number(text)] ?? 'no reason known')
  const known = Object.entries(cmeWords).find(([, meaning]) => meaning.toLowerCase() === text.toLowerCase())
  return new CmeError(name, known && Number(known[0]), text)
}
