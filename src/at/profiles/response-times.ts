/** Least and most, ms; 0: at once. */
export type Span = readonly [least: number, most: number]

/**
 * What a command has to do before it can answer: `storage` writes to flash, `network` waits for the network, `radio`
 * switches the radio on or off.
 */
export type Effort = 'storage' | 'network' | 'radio'

/** How long a command takes to answer while timing is real: a time is drawn from its span. */
export interface ResponseTimes extends Readonly<Record<Effort, Span>> {
  /** Until `>`, for a form with a prompt. */
  readonly prompt: Span
  /** `?` and `=?` forms, `AT` alone, and lines that are no command. */
  readonly quick: Span
  /** The final result of every other form, behind the data if it has a prompt. */
  readonly other: Span
  /** The same for single commands, by name: measured times go here. */
  readonly commands: Readonly<Record<string, Span>>
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
