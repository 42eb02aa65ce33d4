import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireBuild, root } from '../cli.ts'

export interface Folder {
  readonly folder: string
  remove(): void
}

/** A copy of a folder of `examples`, in which it may be built and run. */
export function copyExample(name: string): Folder {
  const made = emptyFolder(name)
  cpSync(join(root, 'examples', name), made.folder, { recursive: true })
  return made
}

/** The folder of a user who has installed atmqtt there: this checkout, as it is built. */
export function projectFolder(): Folder {
  requireBuild()
  const made = emptyFolder('project')
  const modules = join(made.folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  symlinkSync(root, join(modules, 'atmqtt'))
  symlinkSync(join('..', 'atmqtt', 'bin', 'atmqtt.js'), join(modules, '.bin', 'atmqtt'))
  return made
}

function emptyFolder(name: string): Folder {
  const folder = mkdtempSync(join(tmpdir(), `atmqtt-${name}-`))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

/** `make` in it. What the compiler says of the program is in the error. */
export function make(folder: string, ...targets: readonly string[]): void {
  execFileSync('make', ['-C', folder, ...targets], { encoding: 'utf8', stdio: 'pipe' })
}

/** The blocks of a page in one language, in their order. */
export function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block]) => block!)
}
