import { readFileSync } from 'node:fs'
import { escalationTable } from '../../../src/driver/client/recovery.ts'
import { lackingTable } from './mqttjs-names.ts'

const source = (path: string): string => readFileSync(new URL(`../../../src/${path}`, import.meta.url), 'utf8')

interface Property {
  readonly name: string
  readonly type: string
  readonly text: string
}

/** The properties of an interface, with what its comments say. */
function propertiesOf(path: string, name: string): readonly Property[] {
  const text = source(path)
  const start = text.search(new RegExp(`interface ${name}\\b`))
  const body = text.slice(start, text.indexOf('\n}', start))
  return [...body.matchAll(/(?:\/\*\*([\s\S]*?)\*\/\s*)?readonly (\w+)\??: (.+)/g)].map(
    ([, comment = '', property, type]) => ({ name: property!, type: type!, text: plain(comment) }),
  )
}

const plain = (comment: string): string =>
  comment
    .replace(/\n\s*\* ?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<')

function table(properties: readonly Property[]): string {
  const rows = properties.map(
    ({ name, type, text }) =>
      `| \`${name}\` | \`${type.replace(/ \| undefined$/, '').replaceAll('|', '\\|')}\` | ${cell(text)} |`,
  )
  return ['| option | type | what |', '| --- | --- | --- |', ...rows].join('\n')
}

const causes: Readonly<Record<keyof typeof escalationTable, string>> = {
  refused: 'the server refuses the client, and `reconnectOnConnackError` is on',
  server: 'the server: not reached, closed, no MQTT, no TLS',
  network: 'the mobile network, a restart of the module',
  module: 'the module: a refusal, no answer to one command',
  staged: 'a payload is staged that only REL clears',
  silent: 'the module answers nothing at all: only `hardReset` helps',
  port: 'the port: it is opened again, nothing else',
  fatal: 'nothing that another attempt could help: there is none',
}

function recoveryTable(): string {
  const rows = Object.entries(escalationTable).map(([cause, { failures, hardest }]) => {
    const never = failures === Number.POSITIVE_INFINITY
    const what = causes[cause as keyof typeof escalationTable]
    return `| \`${cause}\` | ${what} | ${never ? '–' : failures} | ${never ? '–' : `\`${hardest}\``} |`
  })
  return ['| cause | what fails | a harder action after | hardest action |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

/** The tables that the code gives, by the name of their place in the page. */
export function driverTables(): Readonly<Record<string, string>> {
  const client = 'driver/client/options/options.ts'
  return {
    recovery: recoveryTable(),
    mqttjs: lackingTable(),
    client: table(propertiesOf(client, 'ClientOptions')),
    tls: table(
      propertiesOf('driver/certificates/tls-options.ts', 'TlsOptions').filter(
        ({ name }) => !/^(host|negotiateTime)$/.test(name),
      ),
    ),
    device: table(propertiesOf(client, 'DeviceOptions')),
    node: table(propertiesOf('driver/node.ts', 'NodeDeviceOptions')),
    online: table([
      ...propertiesOf('driver/setup/bring-online.ts', 'OnlineOptions'),
      ...propertiesOf('driver/setup/access-point.ts', 'AccessPoint'),
      ...propertiesOf('driver/protocol/synchronise.ts', 'SynchroniseOptions'),
    ]),
  }
}
