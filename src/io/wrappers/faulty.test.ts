import { expect, test } from 'vitest'
import { hostedLine } from '../testing/memory-host.ts'
import { record, text } from '../testing/recorder.ts'
import { faulty } from './faulty.ts'
import type { Tap } from './tap.ts'

const doubling: Tap = {
  take(bytes, pass) {
    pass(bytes)
    pass(bytes)
  },
}
const marking = (mark: string): Tap => ({ take: (bytes, pass) => pass(Buffer.concat([bytes, text(mark)])) })

function opened() {
  const { moduleEnd, host } = hostedLine()
  const tampered = faulty(moduleEnd)
  const heard: string[] = []
  const recorder = record(tampered)
  host.open()
  host.onData((bytes) => heard.push(Buffer.from(bytes).toString('latin1')))
  return { tampered, host, recorder, heard }
}

test('without taps nothing is changed, not even the arrays', () => {
  const { tampered, host, recorder } = opened()
  const got: Uint8Array[] = []
  const bytes = text('abc')
  host.onData((chunk) => got.push(chunk))
  tampered.write(bytes)
  host.write(text('xyz'))
  expect(got[0]).toBe(bytes)
  expect(recorder.events).toEqual([true, 'xyz'])
})

test('taps act in the order in which they were put in, each in its direction', () => {
  const { tampered, host, recorder, heard } = opened()
  tampered.tap('out', marking('1'))
  const takeOut = tampered.tap('out', doubling)
  tampered.tap('out', marking('2'))
  tampered.write(text('a'))
  host.write(text('b'))
  expect(heard).toEqual(['a12', 'a12'])
  expect(recorder.events).toEqual([true, 'b'])
  takeOut()
  tampered.write(text('c'))
  expect(heard.at(-1)).toBe('c12')
})

test('bytes that are injected pass no tap', () => {
  const { tampered, recorder, heard } = opened()
  tampered.tap('out', doubling)
  tampered.tap('in', doubling)
  tampered.inject('out', text('o'))
  tampered.inject('in', text('i'))
  expect(heard).toEqual(['o'])
  expect(recorder.events).toEqual([true, 'i'])
})

test('what a tap holds back counts as backlog; what it passes when it is out goes through those behind it', () => {
  const { tampered, heard } = opened()
  let release = (): void => {}
  const takeOut = tampered.tap('out', {
    take(_, pass) {
      release = () => pass(text('late'))
    },
    held: () => 4,
  })
  tampered.tap('out', marking('!'))
  tampered.write(text('late'))
  expect(tampered.backlog()).toBe(4)
  takeOut()
  release()
  expect(heard).toEqual(['late!'])
  expect(tampered.backlog()).toBe(0)
})

test('after close nothing goes either way', async () => {
  const { tampered, recorder, heard } = opened()
  await tampered.close()
  tampered.write(text('a'))
  tampered.inject('out', text('b'))
  tampered.inject('in', text('c'))
  expect(heard).toEqual([])
  expect(recorder.events).toEqual([true])
})
