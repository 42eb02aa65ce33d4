import { expect, test } from 'vitest'
import { profiles } from './profiles/profiles.ts'
import { generalUrcs, isKnownUrc, isRestart, messageLinePrefix, urcs } from './urcs.ts'

test.each([
  ...['+CMQTTCONNLOST: 0,1', '+CMQTTNONET', '+CMQTTRXSTART: 0,1,1', '+CMQTTRXTOPIC: 0,1', '+CMQTTRXPAYLOAD: 0,1'],
  ...['+CMQTTRXEND: 0', '+CMQTTRECV: 0,"t",1,"p"', '+CPIN: READY', '+CREG: 1', '+CGREG: 1', '+CEREG: 1'],
  ...['+CGEV: NW DETACH', '+CTZV: +8', '+CTZEU: +8,0,"x"', '+CTZE: +8,0,"x"', '+CMTI: "SM",1', '+CMT: x', '+CDS: 1'],
  ...['+CDSI: "SM",1', '+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY', '+CIPCLOSE: 0,1', '+IPCLOSE: 0,1'],
  ...['+SIMCARD: NOT AVAILABLE', '+NITZ: x', '+CRING: VOICE', '+CLIP: "1",129', '+CUSD: 0', 'RING', 'SMS FULL'],
  ...['POWERD DOWN', 'NORMAL POWER DOWN', '$QCSTKURC: x', 'QCRDY', 'RDY', '*ATREADY: 1', 'SMS DONE', 'PB DONE'],
])('%s is a URC', (line) => {
  expect(isKnownUrc(line)).toBe(true)
})

test.each(['OK', '+CSQ: 20,99', 'RINGS', 'xRING', '+CPIN', '+CMQTTPUB: 0,0', '*ATREADY: 2', 'SIM7600'])(
  '%s is none',
  (line) => {
    expect(isKnownUrc(line)).toBe(false)
  },
)

test('every boot line of every profile is a URC, and the first one alone says that the module has restarted', () => {
  for (const { boot, general } of Object.values(profiles)) {
    expect(boot.map(({ text }) => isKnownUrc(text))).not.toContain(false)
    expect(boot.map(({ text }, i) => isRestart(text) === (i === 0))).not.toContain(false)
    expect(isKnownUrc(general.simRemoved)).toBe(true)
  }
})

test('no URC stands twice', () => {
  const names = [...Object.values(urcs), ...Object.values(generalUrcs)].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('the lines of a received message begin alike, and no other does', () => {
  const { receiveStart, receiveTopic, receivePayload, receiveEnd } = urcs
  const alike = [...Object.values(urcs), ...Object.values(generalUrcs)].filter(({ name }) =>
    name.startsWith(messageLinePrefix),
  )
  expect(alike).toEqual([receiveStart, receiveTopic, receivePayload, receiveEnd])
})
