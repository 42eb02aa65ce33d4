import type { Clock } from '../../io/runtime/runtime.ts'
import type { StepTiming } from '../language/transcript.ts'

export interface Sending {
  readonly clock: Clock
  readonly write: (bytes: Uint8Array) => void
  /** The writes that it leaves in. */
  readonly chunk?:
    | { readonly size: number; readonly gapMs: number }
    | { readonly split: (bytes: Uint8Array) => readonly Uint8Array[] }
  /** When it was recorded, and when (here and in the recording) the step before it was done. */
  readonly timing?: {
    readonly at: StepTiming
    readonly since: { readonly ms: number; readonly now: number } | undefined
  }
}

/** A write, and when: on the clock. */
interface Part {
  readonly bytes: Uint8Array
  readonly due: number
}

/** Writes bytes in the pieces and with the pauses that are asked for; with none of them at once, before it returns. */
export async function sendPaced(bytes: Uint8Array, sending: Sending): Promise<void> {
  const { clock, write } = sending
  for (const part of partsOf(bytes, sending)) {
    const remaining = part.due - clock.now()
    if (remaining > 0) await new Promise<void>((resolve) => void clock.after(remaining, resolve))
    write(part.bytes)
  }
}

function partsOf(bytes: Uint8Array, { clock, chunk, timing }: Sending): readonly Part[] {
  const now = clock.now()
  if (timing) return recordedParts(bytes, timing.at, (timing.since?.now ?? now) - (timing.since?.ms ?? timing.at.ms))
  if (!chunk) return [{ bytes, due: now }]
  if ('split' in chunk) return chunk.split(bytes).map((part) => ({ bytes: part, due: now }))
  const { size, gapMs } = chunk
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => ({
    bytes: bytes.subarray(i * size, (i + 1) * size),
    due: now + i * gapMs,
  }))
}

function recordedParts(bytes: Uint8Array, { ms, pieces }: StepTiming, shift: number): readonly Part[] {
  const starts = [{ offset: 0, ms }, ...pieces]
  return starts.map((start, i) => ({
    bytes: bytes.subarray(start.offset, starts[i + 1]?.offset),
    due: start.ms + shift,
  }))
}
