import { cyclesOf } from './cycles.ts'
import { namesExportedTwice } from './exported-names.ts'
import { functionsOf } from './functions.ts'
import { folderSizes, functionLengths, limits, linesOf, quantile } from './sizes.ts'
import type { Source } from './source.ts'

export interface Figure {
  readonly title: string
  readonly value: string
  /** None: it is told and not judged. */
  readonly limit?: string
}

/** The figures of `npm run measure`. Tests, and what only tests import, do not count. */
export function figuresOf(all: readonly Source[]): readonly Figure[] {
  const sources = all.filter(({ isTest }) => !isTest)
  return [...fileFigures(sources), ...functionFigures(sources), ...graphFigures(sources)]
}

function fileFigures(sources: readonly Source[]): readonly Figure[] {
  const lengths = sources.map(linesOf)
  const longest = sources.find((source) => linesOf(source) === Math.max(...lengths))
  const [folder, files] = [...folderSizes(sources)].sort(([, a], [, b]) => b - a)[0] ?? ['none', 0]
  const depth = Math.max(...sources.map(({ path }) => path.split('/').length))
  return [
    { title: 'source files', value: `${sources.length}` },
    { title: 'lines', value: `${lengths.reduce((sum, lines) => sum + lines, 0)}` },
    { title: 'lines of a file, median', value: `${quantile(lengths, 0.5)}` },
    { title: 'lines of a file, 90th percentile', value: `${quantile(lengths, 0.9)}` },
    {
      title: 'lines of the longest file',
      value: `${Math.max(...lengths)}  ${longest?.path}`,
      limit: `${limits.fileLines}`,
    },
    { title: 'files in the largest folder', value: `${files}  ${folder}/`, limit: `${limits.folderFiles}` },
    { title: 'folders deep', value: `${depth}` },
    { title: 'files under 50 lines with one importer', value: percent(smallWithOneImporter(sources), sources.length) },
  ]
}

function functionFigures(sources: readonly Source[]): readonly Figure[] {
  const functions = functionsOf(sources)
  const long = functions.filter(({ lines }) => lines > 1)
  const lengths = functionLengths(sources)
  const [most] = [...functions].sort((a, b) => b.complexity - a.complexity)
  const complex = (limit: number) => long.filter(({ complexity }) => complexity > limit).length
  return [
    { title: 'functions of more than one line', value: `${long.length}  of ${functions.length}` },
    { title: 'lines of a function, median', value: `${quantile(lengths, 0.5)}`, limit: `${limits.medianLines}` },
    { title: 'lines of a function, 90th percentile', value: `${quantile(lengths, 0.9)}`, limit: `${limits.p90Lines}` },
    { title: 'functions over cyclomatic 10', value: percent(complex(10), long.length) },
    { title: 'functions over cyclomatic 15', value: `${complex(limits.complexity)}`, limit: '0' },
    { title: 'most complex function', value: `${most?.complexity}  ${most?.path}: ${most?.name}`, limit: '15' },
  ]
}

function graphFigures(sources: readonly Source[]): readonly Figure[] {
  const cycles = cyclesOf(sources)
  return [
    { title: 'import cycles', value: `${cycles.length}`, limit: '0' },
    { title: 'files in them', value: `${cycles.flat().length}`, limit: '0' },
    { title: 'names exported by more than one file', value: `${namesExportedTwice(sources).size}`, limit: '5' },
  ]
}

function smallWithOneImporter(sources: readonly Source[]): number {
  const importers = new Map<string, Set<string>>()
  for (const { path: from, imports } of sources)
    for (const { path } of imports) if (path) importers.set(path, (importers.get(path) ?? new Set()).add(from))
  return sources.filter((source) => linesOf(source) < 50 && importers.get(source.path)?.size === 1).length
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`

export function figureTable(figures: readonly Figure[]): string {
  const rows = [{ title: 'figure', value: 'today', limit: 'limit' }, ...figures]
  return rows.map(({ title, value, limit = '–' }) => `${title.padEnd(40)}${limit.padEnd(7)}${value}\n`).join('')
}
