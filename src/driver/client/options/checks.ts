import { ClientError } from '../errors.ts'

export function inRange(name: string, value: number, least: number, most: number, unit: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new ClientError('invalid', `${name} is ${value}: give ${least} to ${most} ${unit}.`)
}

export function notNegative(name: string, value: number): number {
  if (typeof value === 'number' && value >= 0) return value
  throw new ClientError('invalid', `${name} is ${value}: give milliseconds, 0 or more.`)
}

export function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value
  throw new ClientError('invalid', `${name} is ${value}: give milliseconds, more than 0.`)
}

export function oneOfTexts<T extends string>(name: string, value: T, all: readonly T[]): T {
  if (all.includes(value)) return value
  throw new ClientError('invalid', `${name} is ${value}: give ${all.join(', ')}.`)
}

/** A value that can stand between quotes and can't become a command. */
export function checkBytes<T>(name: string, value: T, most: number): T {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  if (!(bytes instanceof Uint8Array)) throw new ClientError('invalid', `${name} must be a string.`)
  if (bytes.length < 1 || bytes.length > most)
    throw new ClientError('invalid', `${name} has ${bytes.length} bytes, the module takes 1 to ${most}.`)
  if (bytes.some((byte) => byte === 0x22 || byte < 0x20 || byte === 0x7f))
    throw new ClientError('invalid', `${name} holds a quote or a control character, which the line can not carry.`)
  return value
}
