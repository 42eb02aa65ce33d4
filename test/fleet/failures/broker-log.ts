/** What mosquitto itself counted and saw, from its log. */
export interface BrokerCounts {
  /** PUBLISH packets that it received. */
  readonly publishes: number
  /** Clients that came while it still had a connection of the same name. */
  readonly twice: number
}

/** Of the clients of one run. */
export function brokerCounts(log: string, run: string): BrokerCounts {
  const lines = log.split('\n').filter((line) => line.includes(run))
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length
  return {
    publishes: count(/Received PUBLISH from /),
    twice:
      count(/Client \S+ already connected, closing old connection/) - count(/Client fleet-verify\S* already connected/),
  }
}
