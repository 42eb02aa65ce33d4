import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = `${root}test/driver/typed/`
const programs = readdirSync(folder).map((name) => `${folder}${name}`)

/** What a compiler with the options of most projects says of the programs, with `mqtt` as that file. */
function findings(mqtt: string): readonly string[] {
  const program = ts.createProgram(programs, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    paths: { mqtt: [mqtt] },
  })
  return programs.flatMap((file) => {
    const source = program.getSourceFile(file)!
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start }) =>
        `${file.slice(folder.length)}:${source.getLineAndCharacterOfPosition(start ?? 0).line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  })
}

test('the compiler looks at what it is given', () => {
  expect(findings(`${root}src/driver/client/errors.ts`).length).toBeGreaterThan(10)
})

test.each([
  ['MQTT.js', `${root}node_modules/mqtt/build/index.d.ts`],
  ['the driver', `${root}src/driver/node.ts`],
])('programs in TypeScript compile with the types of %s', (_, file) => {
  expect(findings(file)).toEqual([])
})
