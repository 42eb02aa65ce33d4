import { randomUUID } from 'node:crypto'
import type { Content } from '../../at/commands/content.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { consolePage, version } from '../../launch/package.ts'
import { Recorder } from '../../recording/recorder.ts'
import { protocolVersion } from '../protocol.ts'
import { type Console, serveConsole } from './console-server.ts'
import { exporter } from './exports.ts'
import { HeardRows } from './heard-rows.ts'
import { readPageFiles } from './page-files.ts'
import type { Served } from './served.ts'
import { type ConsoleOptions, consolePort } from './start-console.ts'
import { ConsoleTimeline } from './timeline.ts'

type Side = 'host' | 'module'

export interface ServedLine {
  readonly served: Served
  /** Bytes of one side, cut anywhere. */
  hear(side: Side, bytes: Uint8Array): void
  stop(): void
}

export interface LineConsole extends Console {
  hear(side: Side, bytes: Uint8Array): void
}

export interface ShownLineOptions extends ConsoleOptions {
  /** What is left out beside secrets. */
  readonly leftOut?: readonly Content[] | undefined
}

/** Opens a console of the line of a real module. */
export async function showLine(name: string, { leftOut, ...options }: ShownLineOptions = {}): Promise<LineConsole> {
  const files = readPageFiles(consolePage)
  const { served, hear, stop } = serveLine(name, leftOut)
  const { host = '127.0.0.1', port = consolePort, exposed } = options
  const opened = await serveConsole({ host, port, exposed, files, served })
  const close = async (): Promise<void> => {
    stop()
    await opened.close()
    served.timeline.close()
  }
  return { ...opened, hear, close }
}

/** What a console of a line shows: of its bytes, what may be seen, and what they tell of the module. */
export function serveLine(name: string, leftOut: readonly Content[] = []): ServedLine {
  const clock = nodeClock
  const timeline = new ConsoleTimeline({ clock })
  const began = clock.now()
  const rows = new HeardRows(timeline)
  const recorder = new Recorder({
    write() {},
    redact: true,
    leftOut,
    onUnit: (side, bytes, ms) => rows.hear(name, side, textOf(bytes), began + ms),
  })
  const about = {
    protocol: protocolVersion,
    run: randomUUID(),
    version,
    source: { kind: 'line', name },
    clockStart: new Date(Date.now() - clock.now()).toISOString(),
    broker: false,
  } as const
  return {
    served: { timeline, about, help: [], exportRows: exporter(timeline, about) },
    hear: (side, bytes) => recorder.take(side, bytes, clock.now() - began),
    stop() {
      recorder.finish()
      rows.end()
      timeline.end('The line is closed.')
    },
  }
}
