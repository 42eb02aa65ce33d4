import { chat } from './chat.ts'
import { explain } from './explain.ts'
import { interpret } from './interpret.ts'
import { mqtt } from './mqtt.ts'
import { scan } from './scan.ts'
import { transcript } from './transcript.ts'

/** Takes any bytes, and throws when something that must hold does not. */
export type Target = (input: Uint8Array) => void

export const targets: Readonly<Record<string, Target>> = { scan, interpret, mqtt, transcript, chat, explain }
