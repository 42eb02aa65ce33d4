/** The language that both ends of the line share. */

export type { Command, CommandTable, Form, FormMark, ParamValues } from './commands/command.ts'
export {
  encodeWrite,
  gradeOf,
  playedOf,
  rowPrefix,
  syntaxOf,
  testLines,
  writeSign,
  yieldsToReplies,
} from './commands/command.ts'
export { commandsOf } from './commands/commands-of.ts'
export { generalCommands } from './commands/general/general-commands.ts'
export { mqttCommands } from './commands/mqtt/mqtt-commands.ts'
export { EncodeError, type Param } from './commands/param.ts'
export { mqttErrors } from './errors.ts'
export type { Profile } from './profiles/profile.ts'
export { defaultProfile, profiles, profilesForModel } from './profiles/profiles.ts'
export { commandKey, isFinalResult, nameAt, type Replies, type ReplyPart } from './profiles/replies.ts'
export type { Effort, MsRange, ResponseTimes } from './profiles/response-times.ts'
export { bytesOf, escapeBytes, textOf } from './syntax/bytes.ts'
export { hasCheckDigit, isImei, withCheckDigit } from './syntax/check-digit.ts'
export { generalUrcs, lossCauses, receiveLimits, urcs } from './urcs.ts'
