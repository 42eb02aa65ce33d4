import { contextAddresses } from '../cellular/contexts.ts'
import { initialSettings } from '../cellular/initial-state.ts'
import { error, type FinalReply, ok, okWith } from '../core/reply.ts'
import type { LineSettings } from '../core/state.ts'
import { findWritableLine, lineOf, type StepContext, writableCellular } from '../core/step-context.ts'
import { initialLineSettings } from '../line/lines.ts'
import type { GeneralHandlers } from './handler-types.ts'
import { storingHandlers } from './stored-values.ts'

type Keys =
  | 'echo'
  | 'verbose'
  | 'quiet'
  | 'carrier'
  | 'terminalReady'
  | 'restore'
  | 'factory'
  | 'keep'
  | 'view'
  | 'errorReports'
  | 'speed'
  | 'flow'
  | 'framing'
  | 'sleep'
  | 'reportPort'
  | 'reportDelay'

/** Settings of the serial line. A bare letter means 0, except `ATV`, `AT&C` and `AT&D` (V.25ter). */
export const lineHandlers: GeneralHandlers<Keys> = {
  echo: {
    execute: (ctx, _, line) => changeLineSettings(ctx, line, { echo: false }),
    set: (ctx, { echo }, line) => changeLineSettings(ctx, line, { echo: echo === 1 }),
  },
  verbose: {
    execute: (ctx, _, line) => changeLineSettings(ctx, line, { verbose: 1 }),
    set: (ctx, { value }, line) => changeLineSettings(ctx, line, { verbose: value === 0 ? 0 : 1 }),
  },
  quiet: {
    execute: (ctx, _, line) => changeLineSettings(ctx, line, { quiet: 0 }),
    set: (ctx, { value }, line) => changeLineSettings(ctx, line, { quiet: value }),
  },
  carrier: {
    execute: (ctx, _, line) => changeLineSettings(ctx, line, { carrier: 0 }),
    set: (ctx, { value }, line) => changeLineSettings(ctx, line, { carrier: value }),
  },
  terminalReady: {
    execute: (ctx, _, line) => changeLineSettings(ctx, line, { terminalReady: 0 }),
    set: (ctx, { value }, line) => changeLineSettings(ctx, line, { terminalReady: value }),
  },
  restore: {
    execute: (ctx, _, line) => restoreLineSettings(ctx, line),
    set: (ctx, _, line) => restoreLineSettings(ctx, line),
  },
  factory: {
    execute: (ctx, _, line) => restoreFactorySettings(ctx, line),
    set: (ctx, _, line) => restoreFactorySettings(ctx, line),
  },
  keep: {
    execute: (ctx, _, line) => storeLineSettings(ctx, line),
    set: (ctx, _, line) => storeLineSettings(ctx, line),
  },
  view: { execute: (ctx, _, line) => okWith(settingsText(ctx, line)) },
  errorReports: {
    read: (ctx) => okWith(`+CMEE: ${ctx.cellular.settings.errorReports}`),
    execute: (ctx) => setErrorReports(ctx, ctx.config.profile.errorReports),
    set: (ctx, { n }) => setErrorReports(ctx, n),
  },
  speed: {
    read: (ctx, _, line) => okWith(`+IPR: ${lineOf(ctx, line)?.speed}`),
    execute: (ctx, _, line) => setSpeed(ctx, line, ctx.config.bootSpeed),
    set: (ctx, { speed }, line) => setSpeed(ctx, line, speed),
  },
  flow: {
    read: (ctx, _, line) => okWith(`+IFC: ${lineSettingsOf(ctx, line).flow.join(',')}`),
    execute: (ctx, _, line) => changeLineSettings(ctx, line, { flow: initialLineSettings.flow }),
    set: (ctx, { dce, dte }, line) => changeLineSettings(ctx, line, { flow: [dce, dte ?? dce] }),
  },
  framing: storingHandlers('+ICF', { format: '3', parity: '3' }),
  sleep: storingHandlers('+CSCLK', { mode: '0' }),
  reportPort: storingHandlers('+CATR', { port: '0' }),
  reportDelay: storingHandlers('+CURCD', { delay: '0', kept: '0' }),
}

export const lineSettingsOf = (ctx: StepContext, line: number): LineSettings =>
  lineOf(ctx, line)?.settings ?? initialLineSettings

function changeLineSettings(ctx: StepContext, lineId: number, change: Partial<LineSettings>): FinalReply {
  const line = findWritableLine(ctx, lineId)
  if (!line) return error
  line.settings = { ...line.settings, ...change }
  return ok
}

function setSpeed(ctx: StepContext, lineId: number, speed: number): FinalReply {
  const line = findWritableLine(ctx, lineId)
  if (line) line.speed = speed
  return ok
}

/** Without stored settings, those of a restart. */
const restoreLineSettings = (ctx: StepContext, line: number): FinalReply =>
  changeLineSettings(ctx, line, ctx.nonVolatile.lineSettings ?? initialLineSettings)

function storeLineSettings(ctx: StepContext, line: number): FinalReply {
  ctx.nonVolatile = { ...ctx.nonVolatile, lineSettings: lineSettingsOf(ctx, line) }
  return ok
}

function restoreFactorySettings(ctx: StepContext, line: number): FinalReply {
  writableCellular(ctx).settings = initialSettings(ctx.config)
  ctx.nonVolatile = { ...ctx.nonVolatile, zoneUpdate: ctx.config.profile.general.zoneUpdate.factory }
  return changeLineSettings(ctx, line, initialLineSettings)
}

function setErrorReports(ctx: StepContext, errorReports: 0 | 1 | 2): FinalReply {
  writableCellular(ctx).settings = { ...ctx.cellular.settings, errorReports }
  return ok
}

/** What `AT&V` shows, on one line. */
function settingsText(ctx: StepContext, lineId: number): string {
  const { settings, radio } = ctx.cellular
  const { circuit, eps } = settings.registrationReports
  const line = lineOf(ctx, lineId)
  const { echo, quiet, carrier, terminalReady, verbose } = line?.settings ?? initialLineSettings
  const entries = [
    ['&F', 0],
    ['&W', 0],
    ['E', echo ? 1 : 0],
    ['Q', quiet],
    ['&C', carrier],
    ['&D', terminalReady],
    ['V', verbose],
    ['Z', 0],
    ['+IPR', line?.speed],
    ['+CREG', circuit],
    ['+CEREG', eps],
    ['+CGEREP', `(${settings.contextEvents},0)`],
    ['+CMEE', settings.errorReports],
    ['+CFUN', radio.fun],
    ...radio.contexts.map(({ cid, bearer }) => ['+CGACT', `${cid},${bearer ? 1 : 0}`]),
    ...radio.contexts.map((context) => [
      '+CGDCONT',
      `${context.cid},"${context.type}","${context.apn}","${contextAddresses(context).join(',')}",,,,,,,,,`,
    ]),
  ]
  return entries.map(([name, value]) => `${name}: ${value};`).join(' ')
}
