import { expect, test } from 'vitest'
import { redactLine } from '../syntax/redact.ts'
import { secretParameters } from './secrets.ts'

const number = /^\d{0,5}$/

test('the definitions give the commands that hold secrets, and where', () => {
  const derived = [...secretParameters].map(([name, { kind, first, fits, rows }]) => [name, kind, first, fits, rows])
  expect(derived.sort()).toEqual(
    [
      ['CGAUTH', 'password', 0, [], true],
      ['CLCK', 'password', 0, [], false],
      [
        'CMQTTCONNECT',
        'password',
        5,
        [number, /^(?:\d{0,2}|(?=.*[.:])(?:\w{2,6}:\/\/)?[\w.:[\]-]+\/?)$/, number, number],
        true,
      ],
      ['CPIN', 'pin', 0, [], false],
      ['CPWD', 'password', 0, [], false],
      // The password of a key; the values of the other settings go with it.
      ['CSSLCFG', 'password', 2, [/^\w*$/, number], true],
    ].sort(),
  )
})

test.each([
  ['AT+CMQTTCONNECT=0,"tcp://b:1883",60,1,"u","geheim"', 'AT+CMQTTCONNECT=0,"tcp://b:1883",60,1,"u",***'],
  ['+CMQTTCONNECT: 0,"tcp://b:1883",60,1,"u","geheim"', '+CMQTTCONNECT: 0,"tcp://b:1883",60,1,"u",***'],
  ['AT+CGAUTH=1,1,"geheim","u"', 'AT+CGAUTH=1,1,***'],
  ['+CGAUTH: 1,1,"u","geheim"', '+CGAUTH: 1,1,***'],
  ['AT+CSSLCFG="password",0,"geheim"', 'AT+CSSLCFG="password",0,***'],
  ['+CSSLCFG: 0,4,0,1,300,"","","","geheim",0', '+CSSLCFG: 0,4,0,1,300,"","","",***'],
  ['AT+CPIN="1234","4321"', 'AT+CPIN=***'],
  ['AT+CLCK="SC",1,"1234"', 'AT+CLCK=***'],
  ['AT+CPWD="SC","1234","4321"', 'AT+CPWD=***'],
  ['+CPIN: READY', '+CPIN: READY'],
])('%s is shown as %s', (line, shown) => {
  expect(redactLine(line)).toBe(shown)
})
