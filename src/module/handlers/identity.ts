import { textOf } from '../../at/syntax/bytes.ts'
import { hasCheckDigit } from '../../at/syntax/check-digit.ts'
import type { Turn } from '../core/step-context.ts'
import { error, ok, okWith, type Reply } from '../line/reply.ts'
import type { GeneralHandlers } from './handlers.ts'

type Keys =
  | 'identify'
  | 'manufacturer'
  | 'model'
  | 'revision'
  | 'serialNumber'
  | 'serialNumberShort'
  | 'imei'
  | 'everything'

/** Who the module is. */
export const identityHandlers: GeneralHandlers<Keys> = {
  identify: { execute: (turn) => okWith(...aboutLines(turn)) },
  manufacturer: { execute: ({ device }) => okWith(device.identity.manufacturer) },
  model: { execute: ({ device }) => okWith(device.identity.model) },
  revision: { execute: ({ device }) => okWith(`+CGMR: ${device.identity.revision}`) },
  serialNumber: { execute: ({ kept }) => okWith(kept.imei) },
  serialNumberShort: { execute: ({ kept }) => okWith(kept.imei) },
  imei: {
    read: ({ kept }) => okWith(`+SIMEI: ${kept.imei}`),
    set: (turn, { imei }) => setImei(turn, textOf(imei)),
  },
  everything: { execute: (turn) => okWith(...aboutLines(turn, turn.device.identity.build)) },
}

function aboutLines({ device, kept }: Turn, build?: string): readonly string[] {
  const { manufacturer, model, revision } = device.identity
  const { capabilities } = device.profile.general
  return [
    `Manufacturer: ${manufacturer}`,
    `Model: ${model}`,
    `Revision: ${revision}`,
    ...(build === undefined ? [] : [build]),
    `IMEI: ${kept.imei}`,
    ...(capabilities === null ? [] : [`+GCAP: ${capabilities}`]),
  ]
}

function setImei(turn: Turn, imei: string): Reply {
  if (!hasCheckDigit(imei)) return error
  turn.kept = { ...turn.kept, imei }
  return ok
}
