import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entries, folderWith, start } from './installed.ts'

const program = `${entries.map((name, i) => `import * as entry${i} from '${name}'`).join('\n')}
import { connect, Modem } from 'atmqtt/driver'
import { test as rigTest } from 'atmqtt/testing/vitest'
import { catalogue } from 'atmqtt/faults'

const client = connect({ path: 'tcp://127.0.0.1:1', url: 'mqtt://127.0.0.1:1' })
client.on('message', (topic, payload) => console.log(topic.length + payload.length))
// @ts-expect-error: no such option
connect({ path: 'tcp://127.0.0.1:1', url: 'mqtt://127.0.0.1:1', nothing: 1 })
// @ts-expect-error: a topic is a text
void client.publishAsync(1, 'x')
rigTest('a fixture', async ({ rig }) => {
  rig.send('AT')
  await rig.expect('OK')
  // @ts-expect-error: a rig has no such member
  rig.nothing()
})
export const all = [${entries.map((_, i) => `entry${i}`).join(', ')}, Modem, catalogue[0]?.name.length]
`

const compilers = {
  '5.4': ['typescript-5.4', 'bin', 'tsc'],
  newest: ['typescript-newest', 'bin', 'tsc'],
} as const

const settings = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  'node16, from ESM': { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const

test.each(
  Object.keys(compilers).flatMap((version) => Object.keys(settings).map((setting) => [version, setting] as const)),
)('declarations: TypeScript %s, %s, skipLibCheck off', (version, setting) => {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    ...settings[setting as keyof typeof settings],
  }
  const folder = folderWith({ 'program.mts': program, 'tsconfig.json': JSON.stringify({ compilerOptions }) })
  const path = join(import.meta.dirname, 'node_modules', ...compilers[version as keyof typeof compilers])
  expect(start('node', [path, '-p', folder], folder)).toEqual({ code: 0, out: '', err: '' })
})
