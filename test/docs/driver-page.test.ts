import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { connect, type NodeConnectOptions } from '../../src/driver/node.ts'
import { ClientModule } from '../support/driver/client-module.ts'
import { driverTables } from '../support/driver/driver-page.ts'

const page = new URL('../../docs/reference/driver.md', import.meta.url)
const guide = readFileSync(new URL('../../docs/guide/driver.md', import.meta.url), 'utf8')

test.each(Object.keys(driverTables()))(
  'the table %s is the one that the code gives (UPDATE=1 npm test writes it)',
  (name) => {
    const text = readFileSync(page, 'utf8')
    const begin = `<!-- ${name}: generated, \`npm test\` compares -->\n`
    const end = `<!-- /${name} -->`
    const [before, rest] = text.split(begin) as [string, string]
    const fresh = `${before}${begin}\n${driverTables()[name]}\n\n${rest.slice(rest.indexOf(end))}`
    if (process.env.UPDATE) writeFileSync(page, fresh)
    expect(readFileSync(page, 'utf8')).toBe(fresh)
  },
)

test('every option says what it is', () => {
  for (const table of Object.values(driverTables())) expect(table).not.toMatch(/\| +\|$/m)
})

describe('the ten lines of the guide', () => {
  let broker: EmbeddedBroker
  beforeAll(async () => {
    broker = await startBroker({ host: '127.0.0.1', port: 0 })
    return () => broker.close()
  })

  test('run as they stand, but for the module and the server', async () => {
    const line = new ClientModule()
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? []
    expect(code.trim().split('\n').length).toBeLessThan(12)
    const given: NodeConnectOptions[] = []
    const here = ({ path: _, ...options }: NodeConnectOptions) => {
      given.push(options)
      return connect({ ...line.options, ...options, url: broker.url })
    }
    const Run = Object.getPrototypeOf(async () => {}).constructor as new (
      ...text: string[]
    ) => (c: unknown) => Promise<void>
    await new Run('connect', code.replace(/^import .*$/m, ''))(here)
    expect(given).toEqual([{ url: 'mqtt://broker.example.com', apn: 'internet' }])
    for (const command of ['+CMQTTSUB=', '+CMQTTREL=', '+CMQTTSTOP']) expect(line.lines(command)).toHaveLength(1)
    expect(line.lines('+CMQTTPUB=')).toHaveLength(1)
    await line.close()
  })
})
