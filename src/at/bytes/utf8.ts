const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Whether bytes are UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF. */
export function isUtf8(bytes: Uint8Array): boolean {
  if (bytes.every((byte) => byte < 0x80)) return true
  try {
    strict.decode(bytes)
    return true
  } catch {
    return false
  }
}
