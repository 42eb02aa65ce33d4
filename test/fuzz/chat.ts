import { bytesOf, textOf } from '../../src/at/syntax/bytes.ts'
import type { Request } from '../../src/driver/protocol/answer.ts'
import { Dialogue } from '../../src/driver/protocol/dialogue.ts'
import { claim, claimSame, piecesOf } from './claim.ts'

const base = { information: 'named', finalMs: 1000 } as const
const requests: readonly Request[] = [
  { ...base, line: 'AT+CSQ', name: '+CSQ' },
  {
    ...base,
    line: 'AT+CMQTTPUB=0,1,60',
    name: '+CMQTTPUB',
    result: { clientIndex: 0, deferred: true },
    resultMs: 60_000,
  },
  {
    ...base,
    line: 'AT+CMQTTSUB=0,3,1',
    name: '+CMQTTSUB',
    data: bytesOf('a/b'),
    result: { clientIndex: 0, deferred: true },
    resultMs: 60_000,
  },
  { ...base, line: 'AT+CMQTTTOPIC=0,3', name: '+CMQTTTOPIC', data: bytesOf('\r\nA'), secret: true },
  { ...base, line: 'AT+CMQTTSUB?', name: '+CMQTTSUB', information: 'rows' },
  { ...base, line: 'ATI', name: 'I', information: 'any' },
]
/** Between what comes and what comes after a pause. */
const pause = 0xfe

/**
 * The driver's dialogue. The first byte: which command runs, and the size of the pieces; 0xFE and a byte: a pause of so
 * many times 20 ms. A command has one answer, and one deferred result when it was accepted; data leave behind a prompt
 * and once; a message is as long as it said; what is kept is bounded. When everything has had its time the next command
 * is understood. Without a prompt, the cut makes no difference.
 */
export function chat(input: Uint8Array): void {
  const [head = 0] = input
  const request = requests[head % requests.length]!
  const script = scriptOf(input.subarray(1))
  const size = 1 + (head >> 5)
  const run = converse(request, script, size)
  if (!request.data && size > 1) claimSame(run, converse(request, script, 1), 'cut into bytes, it hears')
}

interface Said {
  readonly bytes: Uint8Array
  readonly thenMs: number
}

function scriptOf(bytes: Uint8Array): readonly Said[] {
  const script: Said[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(pause, at)
    const stop = end < 0 ? bytes.length : end
    script.push({ bytes: bytes.subarray(at, stop), thenMs: end < 0 ? 0 : (bytes[stop + 1] ?? 0) * 20 })
    at = end < 0 ? stop : stop + 2
  }
  return script
}

/** What was told, without traces. */
function converse(request: Request, script: readonly Said[], size: number): readonly string[] {
  const rig = new Rig()
  rig.dialogue.begin(request, 0)
  for (const { bytes, thenMs } of script) {
    for (const piece of piecesOf(bytes, size)) rig.dialogue.feed(piece, rig.now)
    rig.wait(thenMs)
  }
  rig.wait(200_000)
  const heard = [...rig.told]
  rig.claimEnded(request)
  rig.claimUnderstands()
  return heard
}

class Rig {
  readonly told: string[] = []
  readonly sent: string[] = []
  now = 0
  readonly #answers: Parameters<ConstructorParameters<typeof Dialogue>[0]['answer']>[0][] = []
  #results = 0
  readonly dialogue = new Dialogue(
    {
      send: (bytes) => this.sent.push(textOf(bytes)),
      answer: (answer) => {
        this.#answers.push(answer)
        this.told.push(`answer ${JSON.stringify(answer)}`)
      },
      result: (name, index, result) => {
        this.#results++
        this.told.push(`result ${name} ${index} ${JSON.stringify(result)}`)
      },
      message: ({ clientIndex, topic, payload }) => {
        claim(clientIndex === 0 || clientIndex === 1, `a message for client ${clientIndex}`)
        this.told.push(`message ${clientIndex} ${textOf(topic)} ${textOf(payload)}`)
      },
      damaged: (index, reason) => this.told.push(`damaged ${index} ${reason}`),
      urc: (text) => this.told.push(`urc ${text}`),
      stray: (text) => this.told.push(`stray ${text}`),
      late: (name, index, code) => this.told.push(`late ${name} ${index} ${code}`),
      unasked: (kind, text) => this.told.push(`unasked ${kind} ${text}`),
      portBusy: (text) => this.told.push(`port busy ${text}`),
      seen: (_direction, kind, bytes) => {
        claim(kind !== 'line' || bytes.length <= 8192, `a line of ${bytes.length} bytes`)
      },
    },
    { echoesData: true },
  )

  wait(ms: number): void {
    const end = this.now + ms
    for (let due = this.dialogue.deadline(); due <= end; due = this.dialogue.deadline()) {
      this.now = Math.max(this.now, due)
      this.dialogue.time(this.now)
    }
    this.now = end
  }

  claimEnded({ data, result }: Request): void {
    const [answer, ...more] = this.#answers
    claim(answer !== undefined && more.length === 0, `${this.#answers.length} answers`)
    const due = result?.deferred && answer.kind === 'ok' ? 1 : 0
    claim(this.#results === due, `${this.#results} results in place of ${due}`)
    claim(this.sent.length <= (data ? 2 : 1), 'something is sent twice')
    claim(!this.dialogue.busy && this.dialogue.deadline() === Number.POSITIVE_INFINITY, 'it does not come to rest')
    const lines = 'lines' in answer ? answer.lines : []
    claim(lines.length <= 2000 && lines.join('').length <= 262_144, 'a response is kept without bound')
  }

  /**
   * A module that does not echo: beside another program, which may have switched echo off, the first answer may count as that
   * one's, for 10 s at most. Then one that echoes.
   */
  claimUnderstands(): void {
    this.dialogue.feed(bytesOf('\r\n'), this.now)
    if (!this.#answersClock('')) {
      this.wait(10_000)
      claim(!this.dialogue.busy, 'it is out of step for longer than 10 s')
      this.#claimAnswersClock('')
    }
    this.#claimAnswersClock('AT+CCLK?\r')
  }

  #claimAnswersClock(echo: string): void {
    this.#answersClock(echo)
    claimSame(this.#answers.at(-1), { kind: 'ok', lines: ['+CCLK: 1'] }, 'the next command is answered')
  }

  /** Whether the answer to a command is taken. */
  #answersClock(echo: string): boolean {
    this.dialogue.begin({ ...base, line: 'AT+CCLK?', name: '+CCLK', finalMs: 60_000 }, this.now)
    this.dialogue.feed(bytesOf(`${echo}\r\n+CCLK: 1\r\n\r\nOK\r\n`), this.now)
    return !this.dialogue.busy
  }
}
