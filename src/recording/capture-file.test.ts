import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCapture } from './capture-file.ts'
import { openRecording } from './recording-file.ts'

test('nobody else may read a capture or a recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-capture-'))
  const [capture, recording] = [join(folder, 'a.pcapng'), join(folder, 'a.at')]
  openCapture({ path: capture, application: 'test', epochMs: 0, onFailure() {} }).close()
  openRecording(recording, 'test', { redact: true, onFailure() {} }).close()
  for (const path of [capture, recording]) expect(statSync(path).mode & 0o777).toBe(0o600)
  rmSync(folder, { recursive: true })
})

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
