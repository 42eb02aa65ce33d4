import { readFileSync } from 'node:fs'

// The package's folder is two above this file, in `src/launch/` and in `dist/chunks/` alike.

const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

export const version: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
