/** An option, or a file that it names, can't be used. The message is one sentence: what is wrong and what to do about it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
