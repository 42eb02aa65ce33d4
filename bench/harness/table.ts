/** A table as the formatter wants it: the first line is its heading. */
export function table(lines: readonly (readonly string[])[], textColumns: readonly number[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const pad = (cell: string, column: number): string =>
    textColumns.includes(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
  const rule = widths.map((width, column) =>
    textColumns.includes(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  const [first, ...others] = lines.map((line) => line.map(pad))
  return [first!, rule, ...others].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
export const number = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 1000 ? 2 : 0 })
