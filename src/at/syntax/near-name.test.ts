import { expect, test } from 'vitest'
import { secretsOf } from './near-name.ts'

test.each([
  ['a long name', 'CMQTTCONNECT', true],
  ['two letters wrong', 'XMQTTCONNECX', true],
  ['three letters wrong', 'XXQTTCONNECX', false],
  ['two too many', 'CMQTTCONNECTED', true],
  ['a long name that goes on', 'CMQTTCONNECTION', true],
  ['the beginning of one', 'CMQTTCON', true],
  ['a shorter beginning', 'CMQTTC', false],
  ['two missing at the end', 'CMQTTCONNE', true],
  ['one wrong, one missing', 'CMQTTXONNEC', true],
  ['six letters, one wrong', 'CGAUTX', true],
  ['six letters, one too many', 'CGAUTHX', true],
  ['six letters, two wrong', 'CGAUXX', false],
  ['six letters, two missing', 'CGAU', false],
  ['seven letters, two wrong', 'CSSLCXX', false],
  ['a short name', 'CPIN', true],
  ['a short name, one wrong', 'CPIM', true],
  ['a short name, one missing', 'CPI', true],
  ['a short name, two swapped', 'CPNI', true],
  ['a short name, two wrong', 'CQIM', false],
  ['another command', 'CCLK', false],
  ['what a module says', 'CMQTTCONNLOST', false],
  ['small letters', 'cpwd', true],
  ['none', '', false],
])('%s: %s has secrets: %s', (_title, name, has) => {
  expect(secretsOf(name) !== undefined).toBe(has)
})
