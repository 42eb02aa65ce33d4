/** What stands in a payload so that a subscriber knows whose it is, which one, and when it was sent. */
export interface PayloadMark {
  readonly module: number
  readonly sequence: number
  /** ms of the run's clock. */
  readonly sentAt: number
}

export const markText = (run: string, { module, sequence, sentAt }: PayloadMark): string =>
  `atmqtt:${run}:${module}:${sequence}:${sentAt.toFixed(1)};`

const pattern = /atmqtt:([\w-]+):(\d+):(\d+):(-?[\d.]+);/

/** The mark in a payload, one character a byte, if it is of this run. */
export function readMark(run: string, payload: string): PayloadMark | undefined {
  const [, of, module, sequence, sentAt] = pattern.exec(payload) ?? []
  if (of !== run) return undefined
  return { module: Number(module), sequence: Number(sequence), sentAt: Number(sentAt) }
}

/** A payload of so many bytes, or as long as its mark. */
export const paddedPayload = (mark: string, size: number): string => mark.padEnd(size, '.')
