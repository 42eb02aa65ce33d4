import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { errorCode } from './setup-error.ts'

/** No file that a person writes is longer, but for transcripts. */
export const mostFileBytes = 1 << 20
/** A pipe that gives nothing for so long is given up. */
const silenceMs = 10_000
const pollMs = 5
const pieceBytes = 65_536

/**
 * The bytes of a file that a person has named. Endless, huge or silent ones end in an error whose message is a clause:
 * `it has more than 1048576 bytes`. Pipes that somebody writes into, such as standard input, are read to their end.
 */
export function readWhole(path: string, mostBytes = mostFileBytes): Buffer {
  // Without O_NONBLOCK a named pipe would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const about = fstatSync(file)
    if (about.isDirectory()) throw new Error('it is a folder')
    if (about.size > mostBytes) throw tooLong(mostBytes)
    return readToEnd(file, about, mostBytes)
  } finally {
    closeSync(file)
  }
}

/** The same as text in UTF-8. */
export const readWholeText = (path: string, mostBytes?: number): string => readWhole(path, mostBytes).toString('utf8')

function readToEnd(file: number, about: Stats, mostBytes: number): Buffer {
  const pieces: Buffer[] = []
  let length = 0
  for (;;) {
    const piece = readPiece(file)
    if (piece.length === 0) break
    length += piece.length
    if (length > mostBytes) throw tooLong(mostBytes)
    pieces.push(piece)
  }
  if (length === 0 && about.isFIFO()) throw new Error('nobody writes into this pipe')
  return Buffer.concat(pieces)
}

/** Empty at the end of the file. */
function readPiece(file: number): Buffer {
  const piece = Buffer.allocUnsafe(pieceBytes)
  const until = performance.now() + silenceMs
  for (;;) {
    try {
      return piece.subarray(0, readSync(file, piece))
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error
      if (performance.now() > until) throw new Error(`nothing came from it for ${silenceMs / 1000} s`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs)
    }
  }
}

const tooLong = (mostBytes: number): Error => new Error(`it has more than ${mostBytes} bytes`)
