/** Rows of 16 bytes in hex, with their ASCII. */
export function hexDump(bytes: Uint8Array): readonly string[] {
  const rows: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)]
    const hex = part.map((byte, i) => `${byte.toString(16).padStart(2, '0')}${i === 7 ? ' ' : ''}`).join(' ')
    rows.push(
      `${hex.padEnd(50)}|${part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')}|`,
    )
  }
  return rows
}

/** A text in pieces of a length. */
export function pieces(text: string, length: number): readonly string[] {
  return text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? []
}

/** Saleae's export of two channels. */
export function saleae(
  session: readonly { readonly side: string; readonly text: string; readonly ms: number }[],
): string {
  const rows = session.flatMap(({ side, text, ms }) =>
    [...text].map((byte, i) => {
      const code = byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
      const seconds = (ms / 1000 + i * 0.0000868).toFixed(9)
      return `"Async Serial ${side === 'host' ? 'TX' : 'RX'}","data",${seconds},0.0000781,"0x${code}"`
    }),
  )
  return `name,type,start_time,duration,"data"\n${rows.join('\n')}\n`
}
