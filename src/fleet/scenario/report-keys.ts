const spread = (name: string): readonly string[] =>
  ['p50', 'p95', 'p99', 'max'].map((each) => `latencyMs.${name}.${each}`)

/**
 * Keys of the report that expectations may name. Times are ms, `generator.valid` is true or false, shares are from 0 to
 * 1; a key that has causes under it (`connected.refused`, `lost.byCause`) counts as their sum.
 */
export const reportKeys: readonly string[] = [
  'modules',
  ...['attempted', 'up', 'refused'].map((key) => `connected.${key}`),
  ...['intended', 'sent', 'acked', 'failed', 'unknown'].map((key) => `publish.${key}`),
  ...['expected', 'got', 'doubled', 'lost', 'reordered'].map((key) => `received.${key}`),
  ...['connect', 'tls', 'publishAck', 'endToEnd'].flatMap(spread),
  ...['t50', 't95', 't100'].map((key) => `recovery.${key}`),
  'lost.byCause',
  ...['lagP99Ms', 'lateShare', 'rssPerModuleKb', 'valid'].map((key) => `generator.${key}`),
  ...['takeOvers', 'fenced', 'unknown'].map((key) => `engine.${key}`),
]
