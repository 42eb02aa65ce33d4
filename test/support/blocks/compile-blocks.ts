import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../cli.ts'
import { around } from './assumptions.ts'
import type { Block } from './read-blocks.ts'
import type { Stage } from './stage.ts'

const options = {
  target: 'ES2023',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noImplicitAny: false,
  allowJs: true,
  checkJs: true,
  skipLibCheck: true,
  rootDir: '.',
  outDir: 'built',
}

export const isProgram = ({ language }: Block): boolean => language === 'ts' || language === 'js'

/** What is run in the place of a program of a page: its name and its text, with what the page leaves to the reader. */
export const sourceName = ({ language, line, file, text }: Block): string =>
  file ?? `block-${line}${text.includes("vitest'") ? '.test' : ''}.${language}`

/**
 * Checks the types of the programs of a page against the built package, all at once, and compiles them. Gives what the
 * compiler says, `''` when all is well. The programs are then in `built`.
 */
export async function compile(blocks: readonly Block[], stage: Stage): Promise<string> {
  for (const block of blocks) stage.write(sourceName(block), stage.here(completed(block)))
  stage.write('tsconfig.json', JSON.stringify({ compilerOptions: options, files: blocks.map(sourceName) }))
  const tsc = spawn(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', stage.folder])
  const said: string[] = []
  tsc.stdout.on('data', (bytes: Buffer) => said.push(`${bytes}`))
  await once(tsc, 'close')
  return said.join('')
}

export const builtFile = (block: Block, stage: Stage): string =>
  join(stage.folder, 'built', sourceName(block).replace(/\.ts$/, '.js'))

function completed({ page, text }: Block): string {
  const found = around.find((each) => each.page === page && text.includes(each.has))
  return [found?.before, text, found?.after].filter((each) => each !== undefined).join('\n')
}
