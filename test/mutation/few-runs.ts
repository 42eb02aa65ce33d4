import fc from 'fast-check'

/** How often a property is run against a mutant, at most. */
const runs = 50
export const assert: typeof fc.assert = ((property: never, parameters: { numRuns?: number } = {}) =>
  fc.assert(property, { ...parameters, seed: 1, numRuns: Math.min(runs, parameters.numRuns ?? runs) })) as never

export * from 'fast-check'
// biome-ignore lint/style/noDefaultExport: it stands for fast-check, which has one.
export default { ...fc, assert }
