/** The bytes that the other end is expected to send back, oldest first. */
export interface Echoes {
  sent(bytes: Uint8Array, kind: 'line' | 'data'): void
  /** How many bytes of `unread` are the next echo; `part` when they may become it; 0 when they don't begin with it. */
  match(unread: Uint8Array): number | 'part'
  /** The echo that matched has been read. */
  taken(): void
  /** An LF that is no echo has been read. */
  lineFeed(): void
  /** Something that answers what was sent has been read. */
  answered(): void
}

/**
 * An echo comes before the answer: when that is there and none of what was sent has come back, echo is off and the rest is
 * forgotten. Data come back straight behind the prompt or its CR LF: a second CR LF belongs to the answer.
 */
export function createEchoes(): Echoes {
  let queue: { readonly bytes: Uint8Array; readonly kind: 'line' | 'data' }[] = []
  let [anyTaken, isAnswered, lineFeeds] = [false, true, 0]
  return {
    sent(bytes, kind) {
      if (isAnswered) anyTaken = false
      isAnswered = false
      queue.push({ bytes, kind })
    },
    match: (unread) => (queue[0] ? startsWith(unread, queue[0].bytes) : 0),
    taken() {
      queue.shift()
      anyTaken = true
    },
    lineFeed() {
      lineFeeds++
      if (queue[0]?.kind === 'data' && lineFeeds > 1) queue.shift()
    },
    answered() {
      if (!anyTaken) queue = []
      isAnswered = true
      lineFeeds = 0
    },
  }
}

/** `part` only when nothing differs yet and something is there. */
function startsWith(unread: Uint8Array, echo: Uint8Array): number | 'part' {
  const length = Math.min(unread.length, echo.length)
  for (let i = 0; i < length; i++) if (unread[i] !== echo[i]) return 0
  if (length === 0) return 0
  return length === echo.length ? length : 'part'
}
