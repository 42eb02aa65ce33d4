import { contextAddresses } from '../cellular/contexts.ts'
import { lineOf, type StepContext } from '../core/step-context.ts'
import { initialLineSettings } from '../line/line-settings.ts'

/** What `AT&V` shows, on one line. */
export function settingsText(ctx: StepContext, lineId: number): string {
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
