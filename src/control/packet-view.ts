import { bytesOf, escapeBytes, textOf } from '../at/syntax/bytes.ts'
import { withoutKeys } from '../at/syntax/key-watch.ts'
import { hidden } from '../at/syntax/redact.ts'
import type { Packet } from '../mqtt/public.ts'

type View<T> = T extends Uint8Array
  ? string
  : T extends readonly (infer E)[]
    ? readonly View<E>[]
    : T extends object
      ? { readonly [K in keyof T]: View<T[K]> }
      : T

/** A packet as JSON: bytes are escaped text, the password is `***`. */
export type PacketView = View<Packet>

export function viewPacket(packet: Packet): PacketView {
  return viewOf(packet) as PacketView
}

function viewOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return escapeBytes(bytesOf(withoutKeys(textOf(value))))
  if (Array.isArray(value)) return value.map(viewOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'password' ? hidden : viewOf(part)]),
  )
}
