import { receiveLimits } from '../../at/urcs.ts'
import { longestReadOver } from './messages.ts'
import { maxLineLength } from './reader.ts'
import { maxResponse } from './running-command.ts'

/** The longest data behind a prompt, with the CR LF in front of an echo. */
const longestEcho = 10_240 + 2
const clients = 2

/** The most bytes of a module that a dialogue keeps at any time, whatever comes: a line, a body, an echo, two messages, a response. */
export const maxBuffered =
  maxLineLength +
  longestReadOver +
  longestEcho +
  clients * (receiveLimits.topic + receiveLimits.payload) +
  maxResponse.characters
