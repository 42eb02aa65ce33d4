import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseSource, readSources } from '../laws/source.ts'

/** The layers of the driver: what each may import of the others, and of `src/io`. */
const io = ['io/runtime/', 'io/stream.ts'] as const
const layers: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  commands: ['protocol'],
  setup: ['protocol', 'commands'],
  certificates: ['protocol', 'commands'],
  client: ['protocol', 'commands', 'setup', 'certificates'],
}

const layerOf = (path: string): string => path.split('/')[1] ?? ''

/** What a file of a layer imports against this table. */
function violations(path: string, text: string): readonly string[] {
  const layer = layerOf(path)
  return parseSource({ path, text })
    .imports.flatMap((each) => each.path ?? [])
    .filter((target) => !isAllowed(layer, target))
    .map((target) => `${path} imports ${target}`)
}

function isAllowed(layer: string, target: string): boolean {
  if (target.startsWith('at/')) return true
  if (target.startsWith('io/')) return io.some((allowed) => target.startsWith(allowed))
  const other = layerOf(target)
  return target.startsWith('driver/') && (other === layer || layers[layer]!.includes(other))
}

const files = readSources(fileURLToPath(new URL('../../', import.meta.url))).filter(
  ({ path, isTest }) => /^driver\/\w+\//.test(path) && !isTest,
)

test('every folder of the driver is one of the layers', () => {
  expect([...new Set(files.map(({ path }) => layerOf(path)))].sort()).toEqual(Object.keys(layers).sort())
})

test('each layer imports only the layers below it, and of io only the runtime and the port', () => {
  expect(files.flatMap(({ path, text }) => violations(path, text))).toEqual([])
})

describe('the check finds', () => {
  test.each([
    ['driver/protocol/x.ts', "import { wait } from '../setup/wait.ts'"],
    ['driver/protocol/x.ts', "import type { Modem } from '../commands/modem.ts'"],
    ['driver/commands/x.ts', "export { y } from '../client/y.ts'"],
    ['driver/setup/dialect/x.ts', "import { y } from '../../certificates/y.ts'"],
    ['driver/certificates/x.ts', "import { y } from '../setup/y.ts'"],
    ['driver/client/options/x.ts', "import { openTcpPort } from '../../../io/transports/tcp-port.ts'"],
    ['driver/client/x.ts', "import { y } from '../exports.ts'"],
    ['driver/client/x.ts', "const y = await import('../../module/public.ts')"],
  ])('%s: %s', (path, text) => {
    expect(violations(path, text)).toHaveLength(1)
  })
})
