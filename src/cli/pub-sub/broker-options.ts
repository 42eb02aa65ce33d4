import type { Command } from 'commander'
import { markedId } from '../../driver/client/options/client-id.ts'
import type { ClientOptions, NodeConnectOptions, QoS } from '../../driver/node.ts'
import { readWhole } from '../../io/read-file.ts'
import { errorText } from '../../io/setup-error.ts'
import { hostAndPort } from '../../io/transports/tcp-socket.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { checkLine, type LineOptions, withModuleOptions } from '../line-options.ts'
import { openLine } from '../open-line.ts'
import { printError } from '../output.ts'

/** Options that mosquitto_pub and mosquitto_sub share, as they are typed. */
export interface BrokerCliOptions extends LineOptions {
  readonly host: string
  readonly serverPort?: number
  readonly username?: string
  readonly password?: string
  readonly id?: string
  readonly idPrefix?: string
  readonly keepalive?: number
  readonly qos?: QoS
  /** `-c`: the session is kept. */
  readonly persistent?: boolean
  readonly cafile?: string
  readonly cert?: string
  readonly key?: string
  readonly willTopic?: string
  readonly willPayload?: string
  readonly willQos?: QoS
  readonly willRetain?: boolean
  readonly debug?: boolean
  readonly pin?: string
  readonly apn?: string
}

/** Adds them to a subcommand. */
export function withBrokerOptions(command: Command): Command {
  return withModuleOptions(command.helpOption('--help', 'print this help'))
    .option('-h, --host <host>', 'the broker, as the module reaches it', 'localhost')
    .option('-p, --server-port <port>', 'default 1883, with --cafile 8883', wholeNumber('-p', 1, 65_535))
    .option('-u, --username <name>', 'user name')
    .option('-P, --password <password>', 'password')
    .option('-i, --id <id>', 'client ID (default atmqtt_…, a mark of the port, the process ID)')
    .option('-I, --id-prefix <prefix>', 'client ID: this and the process ID')
    .option('-k, --keepalive <seconds>', '1 to 64800 (default 60)', wholeNumber('-k', 0, 65_535))
    .option('-q, --qos <qos>', '0, 1 or 2 (default 0)', qosOption('-q'))
    .option('-c, --persistent', 'keep the session')
    .option('--cafile <file>', "TLS: certificates of the server's authorities")
    .option('--cert <file>', 'the client certificate')
    .option('--key <file>', 'its private key')
    .option('--will-topic <topic>', 'topic of the will')
    .option('--will-payload <payload>', 'payload of the will')
    .option('--will-qos <qos>', 'QoS of the will', qosOption('--will-qos'))
    .option('--will-retain', 'refused: the module has no retained wills')
    .option('--pin <pin>', 'PIN of the SIM')
    .option('--apn <name>', 'APN of the provider')
    .option('-d, --debug', 'show the line to the module on standard error')
    .exitOverride()
}

export const wholeNumber = (option: string, least: number, most: number) => (text: string) => {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new UsageError(`${option} ${text}: give a whole number from ${least} to ${most}.`)
}

const qosOption =
  (option: string) =>
  (text: string): QoS =>
    wholeNumber(option, 0, 2)(text) as QoS

/** The client's options; `tool` becomes a part of the default client ID. */
export function connectOptionsOf(tool: 'pub' | 'sub', given: BrokerCliOptions): NodeConnectOptions {
  checkTogether(tool, given)
  const { username, password, keepalive, persistent, cafile, debug, pin, apn } = given
  return {
    port: () => openLine(given),
    url: urlOf(given),
    clientId: clientIdOf(tool, given),
    clean: persistent !== true,
    unsupported: 'throw',
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(keepalive !== undefined && { keepalive }),
    ...(cafile !== undefined && tlsOf(given)),
    ...(given.willTopic !== undefined && { will: willOf(given) }),
    ...(debug && { trace: (line: string) => printError(`${line}\n`) }),
    ...(pin !== undefined && { pin }),
    ...(apn !== undefined && { apn }),
  }
}

function clientIdOf(tool: 'pub' | 'sub', { id, idPrefix, port, tcp }: BrokerCliOptions): string {
  if (id !== undefined) return id
  if (idPrefix !== undefined) return `${idPrefix}${process.pid}`
  const address = port ? port.device : hostAndPort(tcp!.host, tcp!.port)
  return markedId(`atmqtt_${tool}`, address, process.pid)
}

function checkTogether(tool: string, given: BrokerCliOptions): void {
  checkLine(`${tool} needs one module`, given)
  if (given.id !== undefined && given.idPrefix !== undefined)
    throw new UsageError('-i and -I both name the client: give one of them.')
  if (given.cafile === undefined && (given.cert !== undefined || given.key !== undefined))
    throw new UsageError('--cert and --key are for TLS: give --cafile too.')
  if ((given.cert === undefined) !== (given.key === undefined))
    throw new UsageError('--cert and --key go together: give both, or none.')
  const { willPayload, willQos, willRetain } = given
  if (given.willTopic === undefined && (willPayload !== undefined || willQos !== undefined || willRetain))
    throw new UsageError('A will needs --will-topic.')
}

function urlOf({ host, serverPort, cafile }: BrokerCliOptions): string {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const secure = cafile !== undefined
  return `${secure ? 'mqtts' : 'mqtt'}://${bracketed}:${serverPort ?? (secure ? 8883 : 1883)}`
}

function tlsOf({ cafile, cert, key }: BrokerCliOptions): Pick<ClientOptions, 'ca' | 'cert' | 'key'> {
  return {
    ca: fileBytes('--cafile', cafile!),
    ...(cert !== undefined && { cert: fileBytes('--cert', cert) }),
    ...(key !== undefined && { key: fileBytes('--key', key) }),
  }
}

function willOf({ willTopic, willPayload, willQos, willRetain }: BrokerCliOptions): NonNullable<ClientOptions['will']> {
  return {
    topic: willTopic!,
    ...(willPayload !== undefined && { payload: willPayload }),
    ...(willQos !== undefined && { qos: willQos }),
    ...(willRetain && { retain: true }),
  }
}

export function fileBytes(option: string, path: string): Buffer {
  try {
    return readWhole(path)
  } catch (error) {
    throw new UsageError(`${option} ${path} can't be read (${errorText(error)}): give a file that is there.`)
  }
}
