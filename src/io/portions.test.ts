import { expect, test } from 'vitest'
import { Portions } from './portions.ts'

const next = () => new Promise((resolve) => setImmediate(resolve))

/** Work that is longer than a source may take in a row. */
function work(): void {
  const began = performance.now()
  while (performance.now() - began < 11);
}

function portions(onTake: (bytes: Uint8Array) => void = () => {}) {
  const taken: string[] = []
  const flow: string[] = []
  const made = new Portions(
    (bytes) => {
      taken.push(Buffer.from(bytes).toString())
      onTake(bytes)
    },
    { pause: () => void flow.push('pause'), resume: () => void flow.push('resume') },
  )
  return { portions: made, taken, flow }
}

const text = (length: number, from = 0): string =>
  Array.from({ length }, (_, i) => String.fromCharCode(97 + ((from + i) % 26))).join('')

test('what is quickly worked on goes on at once, in portions', () => {
  const { portions: p, taken, flow } = portions()
  const sent = text(10_000)
  p.add(Buffer.from(sent))
  expect(taken.map(({ length }) => length)).toEqual([4096, 4096, 1808])
  expect([taken.join(''), flow]).toEqual([sent, []])
})

test('work that takes long: each portion in a turn of its own, the source waits meanwhile', async () => {
  const { portions: p, taken, flow } = portions(work)
  p.add(Buffer.from(text(9000)))
  expect([taken.length, flow]).toEqual([1, ['pause']])
  // What the source had read already comes all the same.
  p.add(Buffer.from(text(1000, 9000)))
  await next()
  expect(taken).toHaveLength(2)
  await next()
  await next()
  expect(taken.join('')).toBe(text(10_000))
  expect(flow.at(-1)).toBe('resume')
  expect(flow.filter((each) => each === 'resume')).toHaveLength(1)
})

test('a pause holds in the middle of what has come, until it ends', async () => {
  const { portions: p, taken, flow } = portions(() => p.pause())
  p.add(Buffer.from(text(9000)))
  await next()
  expect([taken.length, flow]).toEqual([1, ['pause']])
  p.resume()
  expect(taken).toHaveLength(1)
  await next()
  expect(taken).toHaveLength(2)
  p.resume()
  await next()
  expect(taken.join('')).toBe(text(9000))
  p.resume()
  expect(flow.at(-1)).toBe('resume')
})

test('the source ends: what is left goes on at once; or it is forgotten', async () => {
  for (const end of ['flush', 'clear'] as const) {
    const { portions: p, taken } = portions(work)
    p.add(Buffer.from(text(9000)))
    p[end]()
    expect(taken.join('')).toBe(end === 'flush' ? text(9000) : text(4096))
    await next()
    expect(taken).toHaveLength(end === 'flush' ? 2 : 1)
  }
})
