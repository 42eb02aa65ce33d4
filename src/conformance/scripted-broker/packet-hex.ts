/** The bytes of a packet as hex, as `@peer got` has them; of a CONNECT with a password, what stands in front of it. */
export const packetHex = (raw: Uint8Array): string => withoutPassword(Buffer.from(raw).toString('hex'))

const CONNECT = 0x10
const withWill = 0x04
const withUser = 0x80
const withPassword = 0x40

/** `hex`: digits, spaces between them, a pattern perhaps. */
export function withoutPassword(hex: string): string {
  const bytes = hex.match(/[0-9a-f]{2}|\.{1,2}|\*/gi) ?? []
  const end = Number.parseInt(bytes[0] ?? '', 16) === CONNECT ? passwordAt(bytes) : bytes.length
  const isShown = bytes.slice(end).every((byte) => /[.*]/.test(byte))
  return isShown ? bytes.join(' ') : `${bytes.slice(0, end).join(' ')} …`
}

/** Where the password of a CONNECT stands, or where what is in front of it can't be read. */
function passwordAt(bytes: readonly string[]): number {
  const number = (at: number): number => Number.parseInt(bytes[at] ?? '', 16)
  const behindText = (at: number): number => at + 2 + number(at) * 256 + number(at + 1)
  let at = 1
  while (number(at) >= 128) at++
  const level = behindText(at + 1)
  const flags = number(level + 1)
  if (Number.isNaN(flags)) return Number.isNaN(level) ? at + 1 : level + 1
  if ((flags & withPassword) === 0) return bytes.length
  const texts = 1 + (flags & withWill ? 2 : 0) + (flags & withUser ? 1 : 0)
  at = level + 4
  for (let i = 0; i < texts && !Number.isNaN(behindText(at)); i++) at = behindText(at)
  return at
}
