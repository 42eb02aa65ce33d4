import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { SetupError } from '../../io/setup-error.ts'

export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array
}

/** By the path of the address. */
export type PageFiles = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/** The page as it was built: nothing else of the folder's disk is ever read. Throws a `SetupError`. */
export function readPageFiles(folder: string): PageFiles {
  if (!existsSync(join(folder, 'index.html')))
    throw new SetupError(
      'missing',
      `The page of the console is not there (${folder}): build it with "npm run build" in the checkout, or install atmqtt again.`,
    )
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => extname(name) in types)
  const files = names.map((name): [string, PageFile] => [
    `/${name.split(sep).join('/')}`,
    { type: types[extname(name)]!, bytes: readFileSync(join(folder, name)) },
  ])
  const all = new Map(files)
  return new Map([...all, ['/', all.get('/index.html')!]])
}
