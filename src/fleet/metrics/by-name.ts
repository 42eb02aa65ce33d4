export const byName = <K extends string, T>(names: readonly K[], value: (name: K) => T) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<K, T>

export const sum = (one: number, other: number): number => one + other

/** Counts by time: so many bins at most, ten minutes of seconds; then they are twice as wide. */
export const mostBins = 600
/** The same for what takes more room a bin. */
export const mostTimeBins = 150
