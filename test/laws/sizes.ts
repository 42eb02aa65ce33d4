import { dirname } from 'node:path/posix'
import { functionsOf } from './functions.ts'
import type { Source } from './source.ts'

export const limits = { folderFiles: 25, fileLines: 300, complexity: 15, medianLines: 6, p90Lines: 14 } as const

export const linesOf = ({ text }: Source): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** Folders with the number of source files right in them. */
export function folderSizes(sources: readonly Source[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const { path, isTest } of sources) if (!isTest) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1)
  return sizes
}

/** Lengths of the functions of more than one line: `(x) => x.y` would drown the rest. */
export const functionLengths = (sources: readonly Source[]): readonly number[] =>
  functionsOf(sources)
    .map(({ lines }) => lines)
    .filter((lines) => lines > 1)

/** The value that this share of all lies below. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0

/** Folders, files and functions that are too large. */
export function sizeLaw(sources: readonly Source[]): readonly string[] {
  const own = sources.filter(({ isTest }) => !isTest)
  const lengths = functionLengths(own)
  const [median, p90] = [quantile(lengths, 0.5), quantile(lengths, 0.9)]
  return [
    ...[...folderSizes(own)]
      .filter(([, files]) => files > limits.folderFiles)
      .map(([folder, files]) => `${folder}/ has ${files} source files, more than ${limits.folderFiles}`),
    ...own
      .filter((source) => linesOf(source) > limits.fileLines)
      .map((source) => `${source.path} has ${linesOf(source)} lines, more than ${limits.fileLines}`),
    ...functionsOf(own)
      .filter(({ complexity }) => complexity > limits.complexity)
      .map((each) => `${each.path}: ${each.name} has a cyclomatic complexity of ${each.complexity}, more than 15`),
    ...(median > limits.medianLines ? [`half of all functions have ${median} lines or more, the limit is 6`] : []),
    ...(p90 > limits.p90Lines ? [`a tenth of all functions have ${p90} lines or more, the limit is 14`] : []),
  ]
}
