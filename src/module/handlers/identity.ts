import { textOf } from '../../at/syntax/bytes.ts'
import { hasCheckDigit } from '../../at/syntax/check-digit.ts'
import { error, ok, okWith, type Reply } from '../core/reply.ts'
import type { StepContext } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'

type Keys =
  | 'identify'
  | 'manufacturer'
  | 'model'
  | 'revision'
  | 'serialNumber'
  | 'serialNumberShort'
  | 'imei'
  | 'everything'

/** Manufacturer, model, revision and serial numbers. */
export const identityHandlers: GeneralHandlers<Keys> = {
  identify: { execute: (ctx) => okWith(...aboutLines(ctx)) },
  manufacturer: { execute: ({ config }) => okWith(config.identity.manufacturer) },
  model: { execute: ({ config }) => okWith(config.identity.model) },
  revision: { execute: ({ config }) => okWith(`+CGMR: ${config.identity.revision}`) },
  serialNumber: { execute: ({ nonVolatile }) => okWith(nonVolatile.imei) },
  serialNumberShort: { execute: ({ nonVolatile }) => okWith(nonVolatile.imei) },
  imei: {
    read: ({ nonVolatile }) => okWith(`+SIMEI: ${nonVolatile.imei}`),
    set: (ctx, { imei }) => setImei(ctx, textOf(imei)),
  },
  everything: { execute: (ctx) => okWith(...aboutLines(ctx, ctx.config.identity.build)) },
}

function aboutLines({ config, nonVolatile }: StepContext, build?: string): readonly string[] {
  const { manufacturer, model, revision } = config.identity
  const { capabilities } = config.profile.general
  return [
    `Manufacturer: ${manufacturer}`,
    `Model: ${model}`,
    `Revision: ${revision}`,
    ...(build === undefined ? [] : [build]),
    `IMEI: ${nonVolatile.imei}`,
    ...(capabilities === null ? [] : [`+GCAP: ${capabilities}`]),
  ]
}

function setImei(ctx: StepContext, imei: string): Reply {
  if (!hasCheckDigit(imei)) return error
  ctx.nonVolatile = { ...ctx.nonVolatile, imei }
  return ok
}
