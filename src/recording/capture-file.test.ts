import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCapture } from './capture-file.ts'

test('a connection that stays half-open for its server has no FIN in the capture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-capture-'))
  const captured = (end?: boolean): Buffer => {
    const path = join(folder, `${end}.pcapng`)
    const capture = openCapture({
      path,
      application: 'test',
      epochMs: 0,
      onFailure: (reason) => expect.unreachable(reason),
    })
    capture.mqtt(1, 'out', Buffer.of(0xc0, 0), 0)
    if (end !== undefined) capture.ended(1, end, 1)
    capture.close()
    return readFileSync(path)
  }
  expect(captured(false)).toEqual(captured())
  expect(captured(true).length).toBeGreaterThan(captured().length)
  rmSync(folder, { recursive: true })
})
