import { watchBytes } from '../control/public.ts'
import { nodeClock } from '../io/runtime/clock-node.ts'
import type { Log } from '../io/runtime/runtime.ts'
import type { Module } from '../module/public.ts'
import { type Capture, openCapture } from '../recording/capture-file.ts'
import { version } from './package.ts'

/** Opens a pcapng file; `epochMs`: the date at which the clock was 0. */
export function openCaptureFile(path: string, epochMs: number, onFailure: (reason: string) => void): Capture {
  return openCapture({ path, application: `atmqtt ${version}`, epochMs, onFailure })
}

/** Captures what goes over a module's lines and connections until `close`. */
export function captureModule(path: string, module: Module, log: Log): { close(): void } {
  const capture = openCaptureFile(path, performance.timeOrigin, (reason) =>
    log.log('error', 'the capture ends here: its file can not be written', { path, reason }),
  )
  const unwatch = watchBytes(module, {
    line: (name, direction, bytes) => capture.line(name, direction, bytes, nodeClock.now()),
    mqtt: (connection, direction, bytes) => capture.mqtt(connection, direction, bytes, nodeClock.now()),
    ended: (connection, told) => capture.ended(connection, told, nodeClock.now()),
  })
  return {
    close() {
      unwatch()
      capture.close()
    },
  }
}
