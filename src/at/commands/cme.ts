/** `+CME ERROR` numbers and texts that the module gives. */
export const cmeErrors = {
  3: 'operation not allowed',
  14: 'SIM busy',
  30: 'no nw service',
  521: 'CID is not defined',
} as const

export type CmeCode = keyof typeof cmeErrors
