/** Runs before each test file: what a mutant left behind in the thread does not reach the next one. */
const all = globalThis as { __stryker__?: { activeMutant?: string | undefined }; freshen?: Record<string, () => void> }

// Stryker sets it again once the file is loaded; its top level runs without a mutant, as in the first run.
if (all.__stryker__) all.__stryker__.activeMutant = undefined
for (const freshen of Object.values(all.freshen ?? {})) freshen()
