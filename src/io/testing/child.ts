import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const source = fileURLToPath(new URL('../..', import.meta.url))
const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, rewriteRelativeImportExtensions: true }

/** What child processes need: `io/`, and what it imports. */
const parts = ['io', 'at/syntax'] as const

/** The code of `io/` as JavaScript in a folder of its own, for child processes; `remove` when done. */
export function compiled(): { readonly folder: string; readonly remove: () => void } {
  const cache = join(source, '../.cache')
  mkdirSync(cache, { recursive: true })
  const root = mkdtempSync(join(cache, 'io-'))
  chmodSync(root, 0o755)
  for (const part of parts) compilePart(part, root)
  return { folder: join(root, 'io'), remove: () => rmSync(root, { recursive: true, force: true }) }
}

function compilePart(part: string, root: string): void {
  for (const name of readdirSync(join(source, part), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts') || name.startsWith('testing')) continue
    const target = join(root, part, name.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    const { outputText } = ts.transpileModule(readFileSync(join(source, part, name), 'utf8'), {
      compilerOptions: options,
    })
    writeFileSync(target, outputText)
  }
}

/** A Node process that runs `code`, and what it has printed. */
export interface Child {
  readonly process: ChildProcess
  readonly output: () => string
  readonly exited: Promise<number | NodeJS.Signals | null>
}

/** A child ends by itself, even when the test that started it has been cut off. */
const bound = 'setTimeout(() => process.exit(99), 15000).unref()'

/** Runs an ES module given as text; imports are taken from `folder`. */
export function runModule(code: string, folder: string, spawnOptions: SpawnOptions = {}): Child {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${bound}\n${code}`], {
    cwd: folder,
    stdio: 'pipe',
    ...spawnOptions,
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  return { process: child, output: () => output, exited }
}
