/** A cell: text, or a number at the right. */
export type Cell = string | { readonly right: string } | { readonly text: string; readonly kind: 'good' | 'bad' }

/** A table whose first column names the row. All texts are escaped. */
export function tableHtml(caption: string, head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const columns = head.map((cell) => cellHtml('th scope="col"', cell)).join('')
  const lines = rows.map(
    (row) => `<tr>${row.map((cell, i) => cellHtml(i === 0 ? 'th scope="row"' : 'td', cell)).join('')}</tr>`,
  )
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapedHtml(caption)}"><table class="figures"><thead><tr>${columns}</tr></thead><tbody>
${lines.join('\n')}
</tbody></table></div>`
}

function cellHtml(tag: string, cell: Cell): string {
  const end = `</${tag.slice(0, 2)}>`
  if (typeof cell === 'string') return `<${tag}>${escapedHtml(cell)}${end}`
  if ('right' in cell) return `<${tag} class="n">${escapedHtml(cell.right)}${end}`
  return `<${tag} class="${cell.kind}">${escapedHtml(cell.text)}${end}`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapedHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]!)
