import type { Random } from '../../../io/runtime/runtime.ts'
import { ClientError } from '../errors.ts'

/**
 * Client IDs that nobody has given begin with `atmqtt_` and, where the port is known, its mark: one program at a time has a
 * port, so a client of the module with the mark of our own port was left there by a program that has ended.
 */
export const markedId = (tool: string, address: string, rest: string | number): string =>
  `${tool}_${portMark(address)}_${rest}`

/** Whether a client ID was made by a program that had the same port. */
export const isLeftOnPort = (clientId: string, address: string): boolean =>
  /^atmqtt_(?:[a-z]+_)?([0-9a-z]{4})_\w+$/.exec(clientId)?.[1] === portMark(address)

/** A server finds a kept session by the client ID: one by chance would never find it again. */
export function newClientId(clean: boolean | undefined, random: Random, address: string | undefined): string {
  if (clean === false)
    throw new ClientError('invalid', 'clean: false needs a clientId: the server finds the session by it.')
  const digits = Array.from({ length: 8 }, () => random.below(16).toString(16)).join('')
  return address === undefined ? `atmqtt_${digits}` : markedId('atmqtt', address, digits)
}

/** Four digits; FNV-1a. */
function portMark(address: string): string {
  let hash = 0x811c9dc5
  for (const character of address) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0
  return (hash % 36 ** 4).toString(36).padStart(4, '0')
}
