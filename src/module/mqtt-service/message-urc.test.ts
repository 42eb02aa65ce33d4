import { expect, test } from 'vitest'
import { textOf } from '../../at/syntax/bytes.ts'
import { messageUrc } from './message-urc.ts'

/** As the note writes it (§4.2). */
function written(index: number, topic: string, payload: string): string {
  const parts = payload.match(/[\s\S]{1,1500}/g) ?? []
  const shown = parts.map((part) => `\r\n+CMQTTRXPAYLOAD: ${index},${part.length}\r\n${part}`).join('')
  return `\r\n+CMQTTRXSTART: ${index},${topic.length},${payload.length}\r\n+CMQTTRXTOPIC: ${index},${topic.length}\r\n${topic}${shown}\r\n+CMQTTRXEND: ${index}\r\n`
}

const topicLengths = [1, 9, 10, 99, 100, 999, 1000, 1024]
const payloadLengths = [0, 1, 9, 10, 99, 100, 999, 1000, 1499, 1500, 1501, 2999, 3000, 9999, 10_000, 10_240]

test('a received message is framed to the byte, whatever the number of digits and of parts', () => {
  for (const index of [0, 1] as const)
    for (const topic of topicLengths)
      for (const payload of payloadLengths) {
        const urc = messageUrc(index, new Uint8Array(topic).fill(0xf1), new Uint8Array(payload).fill(0x0d))
        expect(textOf(urc) === written(index, '\xf1'.repeat(topic), '\r'.repeat(payload)), `${topic}, ${payload}`).toBe(
          true,
        )
      }
})
