import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { readSession } from '../../src/explain/read-session.ts'
import { sessionOf } from './session.ts'
import { shapes } from './shapes/shapes.ts'

const session = sessionOf(`
> AT
< OK
> AT+CSQ
< +CSQ: 23,99
< OK
> AT+CMQTTSTART
< OK
< +CMQTTSTART: 0
> AT+CMQTTACCQ=0,"client-1",0
< OK
> AT+CMQTTCONNECT=0,"tcp://broker.example:1883",60,1
< OK
@+2s
< +CMQTTCONNECT: 0,0
> AT+CMQTTTOPIC=0,9
< >
>> room/temp
< OK
> AT+CMQTTPAYLOAD=0,5
< >
>> 21.50
< OK
> AT+CMQTTPUB=0,1,60
< OK
< +CMQTTPUB: 0,0
< +CMQTTRXSTART: 0,4,2
< +CMQTTRXTOPIC: 0,4
< a/bc
< +CMQTTRXPAYLOAD: 0,2
< on
< +CMQTTRXEND: 0
> AT+CGMM
< A7670E-FASE
< OK
`)

describe.each(Object.entries(shapes))('%s', (name, write) => {
  const facts = readSession(bytesOf(write(session)))
  const exchanges = facts.filter((fact) => fact.kind === 'exchange')
  test('every command is there once, with how it ended', () => {
    expect(exchanges.map(({ line, ending }) => `${line.slice(0, 16)} ${ending}`)).toEqual([
      'AT ok',
      'AT+CSQ ok',
      'AT+CMQTTSTART ok',
      'AT+CMQTTACCQ=0," ok',
      'AT+CMQTTCONNECT= ok',
      'AT+CMQTTTOPIC=0, ok',
      'AT+CMQTTPAYLOAD= ok',
      'AT+CMQTTPUB=0,1, ok',
      'AT+CGMM ok',
    ])
  })

  test('results, values and the model are there', () => {
    const results = facts
      .filter((fact) => fact.kind === 'result')
      .map(({ name: command, code }) => `${command} ${code}`)
    expect(results).toEqual(['+CMQTTSTART 0', '+CMQTTCONNECT 0', '+CMQTTPUB 0'])
    const signal = facts.find((fact) => fact.kind === 'value' && fact.name === '+CSQ')
    expect(signal).toMatchObject({ values: ['23', '99'] })
    expect(exchanges.at(-1)!.info).toEqual(['A7670E-FASE'])
  })

  test('no payload is taken for anything else', () => {
    if (name === 'flattened') return
    expect(exchanges.filter(({ wanted }) => wanted).map(({ got }) => got)).toEqual([9, 5])
  })
})
