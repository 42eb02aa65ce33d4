import { generalUrcs } from '../../at/urcs.ts'
import type { ModuleConfig } from '../core/module-config.ts'
import type { RealTimeClock } from '../core/state.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'

const quarterMs = 15 * 60_000

/** The clock at power-on, before it is set. */
export const factoryClock = ({ profile }: ModuleConfig, now: number): RealTimeClock => ({
  at: now,
  shown: Date.parse(profile.general.unsetClock),
})

/** What the clock shows now, ms since 1970. */
export const clockTime = ({ cellular: { clock }, now }: StepContext): number => clock.shown + (now - clock.at)

/** The same in UTC, if the zone is known. TLS checks the dates of certificates against it. */
export const clockTimeUtc = (ctx: StepContext): number => clockTime(ctx) - (ctx.cellular.clock.zone ?? 0) * quarterMs

/** The network tells the time. It sets the clock as `+CTZU` says and is reported as `+CTZR` says. */
export function networkTime(ctx: StepContext): void {
  const utc = ctx.config.epochMs + ctx.now
  const { zone } = ctx.cellular.network
  const { zoneUpdate } = ctx.nonVolatile
  if (zoneUpdate === 1) writableCellular(ctx).clock = { at: ctx.now, shown: utc, zone: 0 }
  if (zoneUpdate === 3) writableCellular(ctx).clock = { at: ctx.now, shown: utc + zone * quarterMs, zone }
  const text = zoneReport(ctx, utc)
  if (text !== undefined) urcText(ctx, text)
}

/** The clock that shows the network's time in this zone, quarters of an hour. */
export const serverTime = ({ config, now }: StepContext, zone: number): RealTimeClock => ({
  at: now,
  shown: config.epochMs + now + zone * quarterMs,
  zone,
})

function zoneReport({ cellular: { settings, network }, config }: StepContext, utc: number): string | undefined {
  const zone = zoneText(network.zone)
  const { date, time } = parts(utc)
  if (settings.zoneReports === 3)
    return `${generalUrcs.zoneAndTime.name}: ${zone},0,"${new Date(utc).getUTCFullYear()}${date.slice(2)},${time}"`
  if (settings.zoneReports === 0) return undefined
  return `${generalUrcs.zone.name}: ${zone}${config.profile.general.zoneReportHasTime ? `,${date},${time},0` : ''}`
}

/** `yy/MM/dd,hh:mm:ss±zz` */
export function clockText(ctx: StepContext): string {
  const { date, time } = parts(clockTime(ctx))
  const { zone } = ctx.cellular.clock
  return `${date},${time}${zone === undefined ? '' : zoneText(zone)}`
}

function parts(ms: number): { readonly date: string; readonly time: string } {
  const iso = new Date(ms).toISOString()
  return { date: iso.slice(2, 10).replaceAll('-', '/'), time: iso.slice(11, 19) }
}

const zoneText = (zone: number): string => `${zone < 0 ? '-' : '+'}${String(Math.abs(zone)).padStart(2, '0')}`

const pattern = /^(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?$/

/** The clock that shows this text now; undefined: the text is no valid time. */
export function parseClock(text: string, now: number): RealTimeClock | undefined {
  const found = pattern.exec(text)
  if (!found) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const shown = Date.UTC(2000 + year, month - 1, day, hour, minute, second)
  if (parts(shown).date !== text.slice(0, 8) || parts(shown).time !== text.slice(9, 17)) return undefined
  if (found[7] === undefined) return { at: now, shown }
  const zone = Number(found[7])
  return Math.abs(zone) <= 96 ? { at: now, shown, zone } : undefined
}
