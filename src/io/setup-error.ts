/** `inUse`: somebody else has it. `missing`: not there. `denied`: no right to it. `unsupported`: not on this machine. */
export type SetupErrorCode = 'inUse' | 'missing' | 'denied' | 'invalid' | 'unsupported'

/** Something a person asked for can't be opened. The message is one sentence: what is wrong and what to do about it. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
  readonly code: SetupErrorCode

  constructor(code: SetupErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The `code` of a Node error (`ENOENT`, `EADDRINUSE`…), if it has one. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** What an error says, whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
