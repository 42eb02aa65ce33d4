import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'

/** Sends what stands behind `→`, and compares what comes with what stands behind `←`. Times may differ. */
export async function playControl(text: string, control: string): Promise<void> {
  const [host, port] = control.split(':')
  const socket = connect(Number(port), host)
  await once(socket, 'connect')
  const lines = createInterface(socket)[Symbol.asyncIterator]()
  try {
    for (const line of text.trim().split('\n')) {
      const [mark, json] = [line[0], line.slice(2)]
      expect(['→', '←']).toContain(mark)
      if (mark === '→') socket.write(`${json}\n`)
      else expect(withoutTimes((await lines.next()).value)).toEqual(withoutTimes(json))
    }
  } finally {
    socket.destroy()
  }
}

const withoutTimes = (json: string): unknown => JSON.parse(json.replace(/"startedMs":[\d.]+/g, '"startedMs":0'))
