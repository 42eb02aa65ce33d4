import { mqttErrors } from '../../../src/at/public.ts'
import { causesByFailure } from '../explain/shown-by-examples.ts'
import { adviceTable, commandNames } from './advice-table.ts'
import type { Provocation } from './provocation.ts'

/** A scene that was played, and what was said in it. */
export interface Played extends Provocation {
  readonly script: readonly string[]
}

const causes = ['', 'the server closed the connection', 'the connection was reset', 'the network is gone'] as const

const head = `# Result codes

Every \`<err>\` of the note's §4.1, every cause of \`+CMQTTCONNLOST\`, what it means, and how to get it: so that your error paths can be tested. Under each code stands what it means behind which command, by family where families differ, and what to do; \`atmqtt term\`, \`pub\`, \`sub\` and the driver say the same. Each scene is played by the test suite, byte for byte, and this page is written from what was said. What the module does *when* is in [What the module does](requirements/README.md).

The fault \`error-code\` makes any command fail with any code, at once or with its result; it is the only way to seven of them.

- \`> \` the host, \`< \` the module. Before each \`<\` line there is a CR LF, behind it another.
- \`# {"op":…}\` goes to the [control port](control.md), other \`# \` lines happen around.
- \`{broker}\`, \`{brokerTls}\` are a server's address, \`{nobody}\` one at which nobody listens.
- Given: *started* \`AT+CMQTTSTART\`; *acquired* also \`AT+CMQTTACCQ=0,"me"\`; *connected* also \`AT+CMQTTCONNECT=0,"tcp://{broker}",60,1\`.`

/** The page, in Markdown. */
export function errorCodesPage(played: readonly Played[]): string {
  const codes = mqttErrors.map((name, code) => ({
    name,
    title: `\`<err>\` ${code}`,
    id: `err-${code}`,
    advice: code === 0 ? [] : [adviceTable(code), ...causeLines([...commandNames, '*'], code)],
    of: played.filter((scene) => scene.code === code),
  }))
  const lost = [1, 2, 3].map((cause) => ({
    name: causes[cause]!,
    title: `Cause ${cause}`,
    id: `cause-${cause}`,
    advice: causeLines(['+CMQTTCONNLOST'], cause),
    of: played.filter((scene) => scene.cause === cause),
  }))
  const rows = codes.map(({ name, of, id }, code) => `| [${code}](#${id}) | ${name} | ${ways(of)} |`)
  const lostRows = lost.map(({ name, of, id }, i) => `| [${i + 1}](#${id}) | ${name} | ${ways(of)} |`)
  const sections = [...codes, ...lost].map(section)
  const refused = ['## `ERROR` without a code', adviceTable('ERROR'), ...causeLines(commandNames, 'ERROR')].join('\n\n')
  const tables = [
    ['| `<err>` | name | how |', '| --- | --- | --- |', ...rows],
    ['| cause | name | how |', '| --- | --- | --- |', ...lostRows],
  ].map((lines) => lines.join('\n'))
  return `${[head, ...tables, ...sections, refused].join('\n\n')}\n`
}

/** The causes that a log tells apart, behind any of these commands. */
function causeLines(commands: readonly string[], code: number | 'ERROR'): readonly string[] {
  const found = commands.flatMap((command) => causesByFailure().get(`${command} ${code}`) ?? [])
  const ids = [...new Set(found)]
  if (ids.length === 0) return []
  const links = ids.map((id) => `[\`${id}\`](causes/${id}.md)`)
  return [`Causes that [\`atmqtt explain\`](cli.md#atmqtt-explain-file) tells apart in a log: ${links.join(', ')}.`]
}

const ways = (of: readonly Played[]): string => of.map(wayIn).join(' ')
function wayIn({ how, profile, script }: Played): string {
  const fault = script[0]?.includes('"error-code"') ? 'The fault `error-code`. ' : ''
  const firmware = profile === undefined ? '.' : ` (profile \`${profile}\`).`
  return `${fault}${how.replace(/\.$/, firmware)}`
}

interface Entry {
  readonly title: string
  readonly id: string
  readonly name: string
  readonly advice: readonly string[]
  readonly of: readonly Played[]
}

const section = ({ title, id, name, advice, of }: Entry): string =>
  [`## <a id="${id}"></a>${title}: ${name}`, ...advice, ...of.map(scene)].join('\n\n')

function scene(played: Played): string {
  const before = played.given === 'nothing' ? '' : ` Given: ${played.given}.`
  return `${wayIn(played)}${before}\n\n\`\`\`at\n${shortened(played.script).join('\n')}\n\`\`\``
}

/** What is said again and again is said once. */
function shortened(script: readonly string[]): readonly string[] {
  for (let length = 1; length <= script.length / 2; length++)
    for (let from = 0; from + 2 * length <= script.length; from++) {
      const again = repetitions(script, from, length)
      if (length > 2 && again > 1)
        return [...script.slice(0, from + length), `# ${again} times in all`, ...script.slice(from + length * again)]
    }
  return script
}

function repetitions(script: readonly string[], from: number, length: number): number {
  const first = script.slice(from, from + length).join('\n')
  let count = 1
  while (script.slice(from + length * count, from + length * (count + 1)).join('\n') === first) count++
  return count
}
