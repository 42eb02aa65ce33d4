/** What a server keeps of a CONNECT. */
export interface ConnectFields {
  /** Seconds. */
  readonly keepAlive: number
  readonly clientId: string
  readonly will: LastWill | undefined
}

export interface LastWill {
  readonly topic: string
  readonly payload: string
}

/** Takes the body of a CONNECT apart: name, level, flags, keep-alive, then texts, each behind its length. */
export function readConnect(body: Buffer): ConnectFields {
  let at = 0
  const text = (): string => {
    const from = at + 2
    at = from + body.readUInt16BE(at)
    return body.toString('latin1', from, at)
  }
  text()
  const flags = body[at + 1]!
  const keepAlive = body.readUInt16BE(at + 2)
  at += 4
  const clientId = text()
  const will = (flags & 0x04) === 0 ? undefined : { topic: text(), payload: text() }
  return { keepAlive, clientId, will }
}
