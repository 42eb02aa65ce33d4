const mark = '    # '

/** A line and what it means: behind it where both fit into `columns`, else below it, wrapped at words. */
export function explained(line: string, words: string | undefined, columns: number): string {
  if (words === undefined) return line
  if (line.length + mark.length + words.length <= columns) return line + mark + words
  return [line, ...wrapped(words, columns - mark.length - 1).map((row) => mark + row)].join('\n')
}

/** What the terminal itself says, wrapped at words. */
export const remark = (text: string, columns: number): string =>
  wrapped(text, columns - 3)
    .map((row) => `# ${row}`)
    .join('\n')

/** Rows of at most `columns` characters; a word that is longer has a row of its own. */
function wrapped(text: string, columns: number): readonly string[] {
  const rows: string[] = []
  for (const word of text.split(' ')) {
    const last = rows.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) rows[rows.length - 1] = `${last} ${word}`
    else rows.push(word)
  }
  return rows
}
