import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// The package's folder is two above this file, in `src/launch/` and in `dist/chunks/` alike.

/** Of a program that was bundled with it, the manifest is elsewhere. */
function readVersion(): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version)
  } catch {}
  return 'unknown'
}

export const version: string = readVersion()

/** The requirements that the package ships. */
export const requirementsFolder = fileURLToPath(new URL('../../conformance/requirements/', import.meta.url))

/** The page of the console, as it was built. */
export const consolePage = fileURLToPath(new URL('../../dist/console/page/', import.meta.url))
