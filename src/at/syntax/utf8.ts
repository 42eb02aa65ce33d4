const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false
  return true
}

/** Whether bytes are UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF. */
export function isUtf8(bytes: Uint8Array): boolean {
  if (isAscii(bytes)) return true
  try {
    strict.decode(bytes)
    return true
  } catch {
    return false
  }
}
