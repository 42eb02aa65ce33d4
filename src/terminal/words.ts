import { adviceText } from '../at/advice.ts'
import { mqttCommands } from '../at/commands/mqtt/mqtt-commands.ts'
import { hasDeferredResult, namesClient } from '../at/commands/results.ts'
import type { Profile } from '../at/profiles/profile.ts'
import { defaultProfile } from '../at/profiles/profiles.ts'
import { lossCauses, messageLinePrefix, urcs } from '../at/urcs.ts'
import type { TypedCommand } from './typed-command.ts'

const mqtt = mqttCommands(defaultProfile.mqtt)

/** What a line of a module means, in words; undefined: it is readable as it is. `asked`: the command that it may answer. */
export function wordsFor(line: string, profile: Profile, asked: TypedCommand | undefined): string | undefined {
  if (line === 'ERROR') return refusalWords(asked, profile)
  const match = /^(\+[A-Z]+)(?: ERROR)?: ?(.*)$/.exec(line)
  if (!match) return line === urcs.noNetwork.name ? noNetwork : undefined
  const [, name, rest] = match as unknown as [string, string, string]
  if (line.startsWith('+CME ERROR')) return cmeWords(rest, profile)
  const values = rest.split(',')
  const isAnswer = asked?.name === name && asked.kind !== undefined
  if (isAnswer && asked.kind === 'read') return readWords(name, values)
  if (name === urcs.connectionLost.name) return lossWords(values)
  return (
    (unasked[name] ?? (isAnswer && asked.kind === 'execute' ? executed[name] : undefined))?.(values) ??
    codeWords(name, values, profile)
  )
}

/** Commands of the service: `<err>` stands alone in their results. */
const withoutClient: ReadonlySet<string> = new Set(
  Object.values(mqtt)
    .filter((command) => hasDeferredResult(command) && !namesClient(command))
    .map(({ name }) => name),
)

/** `<err>` of `+CMQTTPUB: 0,14`, of `+CMQTTSTART: 23`. */
function codeWords(name: string, values: readonly string[], { family }: Profile): string | undefined {
  if (!name.startsWith('+CMQTT') || name.startsWith(messageLinePrefix)) return undefined
  if (values.length > 2 || !values.every((value) => /^\d{1,3}$/.test(value))) return undefined
  const alone = withoutClient.has(name)
  if (!alone && values.length !== 2) return undefined
  const code = Number(alone ? values[0] : values[1])
  if (code === 0) return undefined
  return adviceText(name, code, family)
}

const mqttNames: ReadonlySet<string> = new Set(Object.values(mqtt).map(({ name }) => name))

/** A bare `ERROR` says the least where it matters most: behind the commands of MQTT. */
const refusalWords = (asked: TypedCommand | undefined, { family }: Profile): string | undefined =>
  asked?.name !== undefined && mqttNames.has(asked.name) ? adviceText(asked.name, 'ERROR', family) : undefined

const noNetwork = `the network is gone and the service with it: when it is back, go on with AT${mqtt.start.name}.`

const causes: Readonly<Record<number, string>> = {
  [lossCauses.closed]: 'the server closed the connection: look at its log, another client may have the same client ID.',
  [lossCauses.reset]: 'the connection was reset, or the server did not answer: connect again.',
  [lossCauses.network]: 'the network is gone: wait for registration, then connect again.',
}

const lossWords = ([, cause]: readonly string[]): string =>
  causes[Number(cause)] ?? 'the connection was lost: connect again.'

function cmeWords(text: string, { cme }: Profile): string | undefined {
  return /^\d+$/.test(text) ? ((cme as Readonly<Record<number, string>>)[Number(text)] ?? 'no reason known') : undefined
}

const registration: Readonly<Record<number, string>> = {
  0: 'not registered, not searching',
  1: 'registered, home network',
  2: 'not registered, searching',
  3: 'registration denied',
  4: 'not known',
  5: 'registered, roaming',
  6: 'registered for SMS alone, home network',
  7: 'registered for SMS alone, roaming',
}

const pins: Readonly<Record<string, string>> = {
  READY: 'the SIM needs no PIN',
  'SIM PIN': 'the SIM wants its PIN: AT+CPIN="1234"',
  'SIM PUK': 'the SIM is locked and wants its PUK',
  'NOT INSERTED': 'there is no SIM',
  'SIM REMOVED': 'there is no SIM',
}

type Words = (values: readonly string[]) => string | undefined

const stat = (text: string | undefined): string | undefined => registration[Number.parseInt(text ?? '', 10)]

/** `+CREG: <stat>` and `<n>,<stat>`. */
const stated: Words = (values) => stat(values[0])
const read: Words = (values) => stat(values[1])

const unasked: Readonly<Record<string, Words>> = {
  '+CPIN': ([code]) => pins[code ?? ''],
  '+CREG': stated,
  '+CGREG': stated,
  '+CEREG': stated,
}

const executed: Readonly<Record<string, Words>> = { '+CSQ': signal }

function signal([rssi, ber]: readonly string[]): string {
  if (rssi === '99') return 'no signal known'
  const strength = `${2 * Number(rssi) - 113} dBm`
  return ber === '99' ? strength : `${strength}, bit error class ${ber}`
}

const reads: Readonly<Record<string, Words>> = {
  ...unasked,
  '+CREG': read,
  '+CGREG': read,
  '+CEREG': read,
  [mqtt.disconnect.name]: ([index, state]) => `client ${index} is ${state === '0' ? 'connected' : 'not connected'}`,
  [mqtt.sslConfig.name]: ([index, context]) => `client ${index} uses SSL context ${context}`,
  '+CGATT': ([state]) => (state === '1' ? 'attached' : 'not attached'),
}

const readWords = (name: string, values: readonly string[]): string | undefined => reads[name]?.(values)
