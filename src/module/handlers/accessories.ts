import { textOf } from '../../at/syntax/bytes.ts'
import { error, ok, okWith } from '../core/reply.ts'
import { scheduleUrcs } from '../core/schedule.ts'
import type { StepContext } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'
import { storedValuesOf, storeValues, storingDefaults, storingHandlers } from './stored-values.ts'

type CallKeys =
  | 'callResults'
  | 'hangUp'
  | 'answerAfter'
  | 'lineEnd'
  | 'lineFeed'
  | 'backspace'
  | 'dialPause'
  | 'connectLimit'
  | 'commaPause'
  | 'carrierLoss'

/** An S register prints three digits (V.25ter). */
const register = (name: string, initial: number) => ({
  read: (ctx: StepContext) => okWith(storedValuesOf(ctx, name)?.[0] ?? digits(initial)),
  set: (ctx: StepContext, { value }: { readonly value: number }) => storeValues(ctx, name, [digits(value)]),
})
const digits = (value: number): string => String(value).padStart(3, '0')

/** There are no calls. The first values are those of V.25ter. */
const callHandlers: GeneralHandlers<CallKeys> = {
  callResults: { execute: () => ok, set: () => ok },
  hangUp: { execute: () => ok, set: () => ok },
  answerAfter: register('S0', 0),
  lineEnd: register('S3', 13),
  lineFeed: register('S4', 10),
  backspace: register('S5', 8),
  dialPause: register('S6', 2),
  connectLimit: register('S7', 50),
  commaPause: register('S8', 2),
  carrierLoss: register('S10', 14),
}

const characterSets = ['IRA', 'GSM', 'UCS2']

/** There are no short messages. */
const messageHandlers: GeneralHandlers<'characters' | 'messageFormat' | 'messageService' | 'messageReports'> = {
  characters: {
    ...storingDefaults('+CSCS', { chset: '"IRA"' }),
    set: (ctx, { chset }) =>
      characterSets.includes(textOf(chset)) ? storeValues(ctx, '+CSCS', [`"${textOf(chset)}"`]) : error,
  },
  messageFormat: storingDefaults('+CMGF', { mode: '0' }),
  messageService: {
    read: (ctx) => okWith(`+CSMS: ${storedValuesOf(ctx, '+CSMS')?.[0] ?? 0},1,1,1`),
    set: (ctx, { service }) => ({ ...storeValues(ctx, '+CSMS', [String(service)]), lines: ['+CSMS: 1,1,1'] }),
  },
  messageReports: storingDefaults('+CNMI', { mode: '2', mt: '1', bm: '0', ds: '0', bfr: '0' }),
}

/** The supply does not change; nothing sleeps. */
const supplyHandlers: GeneralHandlers<'voltage' | 'powerSaving' | 'longCycles' | 'lastFailure' | 'lastError'> = {
  voltage: { execute: () => okWith('+CBC: 3.800V') },
  powerSaving: storingDefaults('+CPSMS', { mode: '0', rau: '', ready: '', tau: '', active: '' }),
  longCycles: storingDefaults('+CEDRXS', { act: '4', value: '"0000"' }),
  lastFailure: { execute: () => okWith('+CEER: No cause information available') },
  lastError: { read: () => okWith('+CEXTERRNO: 0') },
}

const gnssReadyMs = 9000

/** Without a fix. */
const positionHandlers: GeneralHandlers<'gpsPower' | 'gpsPosition' | 'gnssPower' | 'gnssPosition'> = {
  gpsPower: storingHandlers('+CGPS', { on: '0', mode: '1' }),
  gpsPosition: { ...storingHandlers('+CGPSINFO', { seconds: '0' }), execute: () => okWith('+CGPSINFO: ,,,,,,,,') },
  gnssPower: {
    ...storingHandlers('+CGNSSPWR', { on: '0' }),
    set: (ctx, { on }) => {
      if (on === 1) scheduleUrcs(ctx, [{ at: ctx.now + gnssDelay(ctx), text: '+CGNSSPWR: READY!' }])
      return storeValues(ctx, '+CGNSSPWR', [String(on)])
    },
  },
  gnssPosition: { ...storingHandlers('+CGNSSINFO', { seconds: '0' }), execute: () => okWith('+CGNSSINFO: ,,,,,,,,') },
}

const gnssDelay = ({ config }: StepContext): number => (config.timing === 'real' ? gnssReadyMs : 0)

/** What hosts send at start that has little to do with MQTT. */
export const accessoryHandlers = { ...callHandlers, ...messageHandlers, ...supplyHandlers, ...positionHandlers }
