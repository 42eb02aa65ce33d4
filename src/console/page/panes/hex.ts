const perLine = 16

/** `0000  41 54 0d 0a  AT..`, sixteen bytes a line. */
export function hexLines(bytes: string): readonly string[] {
  const lines = []
  for (let at = 0; at < bytes.length; at += perLine) lines.push(hexLine(at, bytes.slice(at, at + perLine)))
  return lines
}

function hexLine(at: number, part: string): string {
  const hex = [...part].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0'))
  const text = part.replace(/[^\x20-\x7e]/g, '.')
  return `${at.toString(16).padStart(4, '0')}  ${hex.join(' ').padEnd(perLine * 3 - 1)}  ${text}`
}
