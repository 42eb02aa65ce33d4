import { randomUUID } from 'node:crypto'
import { LineAdviser } from '../../explain/line-adviser.ts'
import type { OperatedModule } from '../../launch/operated-module.ts'
import { consolePage, version } from '../../launch/package.ts'
import { complete } from '../../terminal/completion.ts'
import { protocolVersion } from '../protocol.ts'
import { Actions } from './actions.ts'
import { type Console, serveConsole } from './console-server.ts'
import { exporter } from './exports.ts'
import { helpOf } from './help.ts'
import { showModule } from './module-rows.ts'
import { readPageFiles } from './page-files.ts'
import type { Served } from './served.ts'
import { ConsoleTimeline } from './timeline.ts'

export interface ConsoleOptions {
  /** `127.0.0.1` where not given. */
  readonly host?: string | undefined
  /** 7680 where not given; 0 takes a free one. */
  readonly port?: number | undefined
  /** Other machines may reach it, over a connection that nobody encrypts. */
  readonly exposed?: boolean | undefined
}

export const consolePort = 7680

/**
 * Opens a console of a module of `startModule()` or of a rig: a page in the browser with what goes over its lines and
 * connections. It ends with the module. Rejects with a `SetupError`: a port that is taken, a page that is not built, or an
 * address that other machines reach without `exposed`.
 */
export async function startConsole(module: OperatedModule, options: ConsoleOptions = {}): Promise<Console> {
  const files = readPageFiles(consolePage)
  const { served, stop } = serveModule(module)
  const { host = '127.0.0.1', port = consolePort, exposed } = options
  try {
    const opened = await serveConsole({ host, port, exposed, files, served })
    let closing: Promise<void> | undefined
    const close = (): Promise<void> => {
      served.timeline.end('The module has ended.')
      closing ??= opened.close().then(stop)
      return closing
    }
    module.whenClosing(close)
    return { ...opened, close }
  } catch (error) {
    stop()
    throw error
  }
}

/** What a console of a module shows; `stop` ends the watching. */
export function serveModule({ profile, operated }: OperatedModule): {
  readonly served: Served
  readonly stop: () => void
} {
  const { module, faults, clock, leftOut = [], fresh, embedded } = operated
  const timeline = new ConsoleTimeline({ clock })
  const newAdviser = () => new LineAdviser(profile)
  const unwatch = showModule(timeline, { module, faults, clock, leftOut, newAdviser })
  const clockStart = new Date(Date.now() - clock.now()).toISOString()
  const actions = new Actions({ module, faults, fresh, leftOut, broker: embedded, timeline })
  const about = {
    protocol: protocolVersion,
    run: randomUUID(),
    version,
    profile: { name: profile.name, model: profile.identity.model },
    source: { kind: 'module' },
    clockStart,
    broker: embedded !== undefined,
  } as const
  const served = {
    timeline,
    about,
    help: helpOf(profile),
    act: actions.act,
    complete: (typed: string) => complete(typed, profile),
    exportRows: exporter(timeline, about),
  }
  const stop = (): void => {
    unwatch()
    timeline.close()
  }
  return { served, stop }
}
