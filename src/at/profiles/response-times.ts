/** Least and most, ms; 0: at once. */
export type MsRange = readonly [least: number, most: number]

/**
 * What a command has to do before it can answer: `storage` writes to flash, `network` waits for the network, `radio`
 * switches the radio on or off.
 */
export type Effort = 'storage' | 'network' | 'radio'

/** How long a command takes to answer while timing is real: a time is drawn from its span. */
export interface ResponseTimes extends Readonly<Record<Effort, MsRange>> {
  /** Until `>`, for a form with a prompt. */
  readonly prompt: MsRange
  /** `?` and `=?` forms, `AT` alone, and lines that are no command. */
  readonly quick: MsRange
  /** The final result of every other form, behind the data if it has a prompt. */
  readonly other: MsRange
  /** The same for single commands, by name: measured times go here. */
  readonly commands: Readonly<Record<string, MsRange>>
}

/** Nobody has published such times: they are chosen, below the slowest replies that the manuals allow. */
export const chosenResponseTimes: ResponseTimes = {
  prompt: [3, 20],
  quick: [2, 10],
  other: [5, 40],
  storage: [20, 300],
  network: [200, 1500],
  radio: [500, 3000],
  commands: {},
}
