import { fileURLToPath } from 'node:url'

// The package's folder is two above this file, in `src/cli/` and in `dist/chunks/` alike.

/** The conformance suite that the package ships. */
export const suiteFolder = fileURLToPath(new URL('../../conformance/', import.meta.url))
