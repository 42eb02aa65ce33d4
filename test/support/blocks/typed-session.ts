import { bytesOf, textOf } from '../../../src/at/public.ts'
import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import type { RunningModule } from '../../../src/launch/public.ts'
import { until } from '../until.ts'

/** Commands whose result comes behind their OK. */
const deferred = /^AT\+(CMQTT(?:START|STOP|CONNECT|DISC|SUB|UNSUB|PUB))\b/

/**
 * Types a session as a person does with a terminal that ends lines with CR LF: the next line when the last was answered.
 * Without an ERROR, and in the end what came must hold `shown`, line by line.
 */
export async function typeSession(text: string, module: RunningModule, shown: string, limitMs = 30_000): Promise<void> {
  const { moduleEnd, host } = hostedLine()
  module.attach(moduleEnd, 'typed')
  let heard = ''
  host.onData((bytes) => {
    heard += textOf(bytes)
  })
  host.open()
  let command = ''
  for (const line of text.trim().split('\n')) {
    if (line.startsWith('AT')) command = line
    const from = heard.length
    host.write(bytesOf(`${line}\r\n`))
    const isAnswered = () => answered(heard.slice(from), command)
    await until(isAnswered, `an answer to ${line}: ${JSON.stringify(heard.slice(from))}`)
    if (/\r\nERROR\r\n/.test(heard)) throw new Error(`${line}: ERROR\n${heard}`)
  }
  const wanted = linesOf(shown).join('\n')
  await until(() => linesOf(heard).join('\n').includes(wanted), `${shown} in ${heard}`, limitMs)
}

function answered(text: string, command: string): boolean {
  if (/\r\nERROR\r\n|\r\n>/.test(text)) return true
  const [, name] = deferred.exec(command) ?? []
  return text.includes('\r\nOK\r\n') && (name === undefined || text.includes(`\r\n+${name}: `))
}

const linesOf = (text: string): readonly string[] => text.split(/[\r\n]+/).filter(Boolean)
