import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'

// The one place that knows how a start is made short, and the only one that is uglier for it. The build puts the whole
// command line into one CommonJS file, dist/start/start.cjs. Node 20 keeps no compiled code between two starts; V8 can:
// what a run has compiled is written when it ends, and given to V8 at the next start, which then compiles next to
// nothing. It lies in dist/cache, beside the code that it was made from, and has the rights of that: whoever may write
// there may change the code itself. Where nothing can be written, each start compiles.

const folder = fileURLToPath(new URL('../start/', import.meta.url))
const cacheFolder = fileURLToPath(new URL('../cache/', import.meta.url))
const file = `${folder}start.cjs`

interface Compiled {
  readonly start: () => Promise<void>
}

/** `start` of `start.ts`. */
export function compiledStart(): () => Promise<void> {
  const source = readFileSync(file, 'latin1')
  const path = cachePath(source)
  const cache = path === undefined ? undefined : readCache(path)
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    ...(cache && { cachedData: cache.compiled }),
  })
  if (path !== undefined) keepCompiled(path, script, script.cachedDataRejected === true ? [] : (cache?.uses ?? []))
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, folder)
  return (module.exports as Compiled).start
}

/**
 * By the build, which stands at the beginning of the file as a comment, by Node's version and by subcommand, for each
 * compiles what it uses. V8 itself looks at its version, its options and the length of the source, not at the text.
 */
function cachePath(source: string): string | undefined {
  const [, build] = /^\/\*([0-9a-f]{16})\*\//.exec(source) ?? []
  const [, , subcommand = ''] = process.argv
  if (build === undefined || !/^[a-z]{1,20}$/.test(subcommand)) return undefined
  return `${cacheFolder}${build}-${process.version}-${process.arch}-${subcommand}.bin`
}

/** So many uses of a subcommand, which are told apart by their options, bring what they compile into its cache. */
const mostUses = 8
const useLength = 8

interface Cache {
  readonly uses: readonly string[]
  readonly compiled: Buffer
}

function readCache(path: string): Cache | undefined {
  try {
    const all = readFileSync(path)
    const uses = all.toString('latin1', 0, mostUses * useLength).match(/[0-9a-f]{8}/g) ?? []
    return { uses, compiled: all.subarray(mostUses * useLength) }
  } catch {
    return undefined
  }
}

/** When a run that is new to the cache has ended well, the cache has what it compiled, beside what was in there. */
function keepCompiled(path: string, script: Script, uses: readonly string[]): void {
  const use = thisUse()
  if (uses.includes(use) || uses.length >= mostUses) return
  process.once('exit', (code) => {
    if (code === 0) writeCache(path, { uses: [...uses, use], compiled: script.createCachedData() })
  })
}

function thisUse(): string {
  const end = process.argv.indexOf('--')
  const options = process.argv.slice(3, end < 0 ? undefined : end + 1).filter((word) => word.startsWith('-'))
  const names = options.map((word) => word.replace(/=.*/s, '')).sort()
  return createHash('sha256').update(names.join(' ')).digest('hex').slice(0, useLength)
}

/** In one step: another process finds all of it, or nothing. */
function writeCache(path: string, { uses, compiled }: Cache): void {
  const temporary = `${path}.${process.pid}`
  const head = Buffer.from(uses.join('').padEnd(mostUses * useLength), 'latin1')
  try {
    mkdirSync(cacheFolder, { recursive: true })
    writeFileSync(temporary, Buffer.concat([head, compiled]), { flag: 'wx' })
    renameSync(temporary, path)
  } catch {
    // A package that belongs to somebody else, or a full disk: no cache.
  }
}
