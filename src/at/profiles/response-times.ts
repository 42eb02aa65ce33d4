/** Least and most, ms; 0: at once. */
export type MsRange = readonly [least: number, most: number]

/**
 * What a command has to do before it can answer: `storage` writes to flash, `network` waits for the network, `release`
 * gives it back, `radio` switches the radio on or off.
 */
export type Effort = 'storage' | 'network' | 'release' | 'radio'

/** How long a command takes to answer while timing is real: a time is drawn from its span. */
export interface ResponseTimes extends Readonly<Record<Effort, MsRange>> {
  /** Until `>`, for a form with a prompt. */
  readonly prompt: MsRange
  /** `?` and `=?` forms, `AT` alone, and lines that are no command. */
  readonly quick: MsRange
  /** The result behind the data of a prompt. */
  readonly data: MsRange
  /** An answer that is an error because of the state or the values: it waits for nothing. */
  readonly refused: MsRange
  /** The final result of every other form. */
  readonly other: MsRange
  /** The final result of single commands, by name: measured times go here. */
  readonly commands: Readonly<Record<string, MsRange>>
}

/** Nobody has published such times: they are chosen, below the slowest replies that the manuals allow. */
export const chosenResponseTimes: ResponseTimes = {
  prompt: [3, 20],
  data: [3, 20],
  refused: [5, 40],
  quick: [2, 10],
  other: [5, 40],
  storage: [20, 300],
  network: [200, 1500],
  // A client is known that waits 1 s for STOP.
  release: [100, 900],
  radio: [500, 3000],
  commands: {},
}
