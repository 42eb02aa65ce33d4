import type { Redis } from 'ioredis'

/** How this machine's clock stands to Redis's: add `offsetMs` to the local one. */
export interface ClockOffset {
  readonly offsetMs: number
  /** It may be wrong by so much, either way. */
  readonly errorMs: number
}

const samples = 5

/** Of several questions the one that was answered fastest tells most exactly. */
export async function clockOffset(client: Redis): Promise<ClockOffset> {
  const all: ClockOffset[] = []
  for (let i = 0; i < samples; i++) {
    const [asked, began] = [Date.now(), performance.now()]
    const [seconds, micros] = await client.time()
    const roundTrip = performance.now() - began
    all.push({
      offsetMs: Number(seconds) * 1000 + Number(micros) / 1000 - (asked + roundTrip / 2),
      errorMs: roundTrip / 2,
    })
  }
  return all.reduce((best, each) => (each.errorMs < best.errorMs ? each : best))
}
