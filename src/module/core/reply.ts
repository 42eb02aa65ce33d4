import type { CmeCode } from '../../at/errors.ts'

/** A line of a reply; bytes where it contains bytes that a host has sent. */
export type ReplyLine = string | Uint8Array

/** How a command ends: its information lines, then `OK`, `ERROR` or `+CME ERROR`. */
export interface FinalReply {
  readonly final: 'OK' | 'ERROR'
  readonly lines: readonly ReplyLine[]
  /** `+CME ERROR` in place of `ERROR`, as `+CMEE` says. */
  readonly cme?: CmeCode
  /** In place of `ERROR`, whatever `+CMEE` says. */
  readonly text?: string
}

/** `pending`: the final result comes later, by `resume`. */
export type Reply = FinalReply | 'pending'

export const ok: FinalReply = { final: 'OK', lines: [] }
export const error: FinalReply = { final: 'ERROR', lines: [] }
export const okWith = (...lines: ReplyLine[]): FinalReply => ({ final: 'OK', lines })
export const cmeError = (cme: CmeCode): FinalReply => ({ final: 'ERROR', lines: [], cme })
/** `+CMD: <client_index>,<err>`, `ERROR`. */
export const refuse = (command: string, clientIndex: number, code: number): FinalReply => ({
  final: 'ERROR',
  lines: [`${command}: ${clientIndex},${code}`],
})
