import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// The package's folder is two above this file, in `src/launch/` and in `dist/chunks/` alike.

const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

export const version: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'

/** The requirements that the package ships. */
export const requirementsFolder = fileURLToPath(new URL('../../conformance/requirements/', import.meta.url))

/** The page of the console, as it was built. */
export const consolePage = fileURLToPath(new URL('../../dist/console/page/', import.meta.url))
