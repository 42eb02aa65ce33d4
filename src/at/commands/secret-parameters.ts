/** Which parameters of a command are secrets: passwords, PINs. */
export interface SecretParameters {
  /** The first parameter that is a secret; so is everything behind it. */
  readonly first: number
  /** What the parameters before it look like; from one that does not fit on, any may be the secret. */
  readonly fits: readonly RegExp[]
  /** Whether `+CMD: …` of a reply has the parameters too. */
  readonly rows: boolean
}

const number = /^\d{0,5}$/
const all: SecretParameters = { first: 0, fits: [], rows: false }

/** By the name of the command, without `+`. */
export const secretParameters: ReadonlyMap<string, SecretParameters> = new Map([
  ['CMQTTCONNECT', { first: 5, fits: [number, /^[^@]*$/, number, number], rows: true }],
  ['CGAUTH', { ...all, rows: true }],
  // The password of a key; the values of the other settings go with it.
  ['CSSLCFG', { first: 2, fits: [/^\w*$/, number], rows: true }],
  ['CPIN', all],
  ['CLCK', all],
  ['CPWD', all],
])
