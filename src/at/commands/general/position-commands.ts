import { command } from '../command.ts'
import { ints, oneOf, optional } from '../param.ts'
import type { GeneralDialect } from './general-dialect.ts'

const chosen = { cite: 'general', grade: 'chosen', played: 'state' } as const
const seconds = ints([0, 255])
const position = { content: 'location', from: 0 } as const
const noFix = { outcome: 'final', played: 'accepted' } as const

/** Satellite navigation, which has no fix. */
export const positionCommands = ({ positioning }: GeneralDialect) => {
  const gps = { ...chosen, absent: positioning !== 'gps' }
  const gnss = { ...chosen, absent: positioning !== 'gnss' }
  return {
    gpsPower: command({
      ...gps,
      name: '+CGPS',
      title: 'GPS on and off',
      test: ['(0-1),(1-3)'],
      read: { row: '<on>,<mode>' },
      write: { set: { params: { on: oneOf(0, 1), mode: optional(oneOf(1, 2, 3)) }, outcome: 'final' } },
    }),
    gpsPosition: command({
      ...gps,
      name: '+CGPSINFO',
      title: 'Position by GPS',
      shows: position,
      test: ['(0-255)'],
      read: { row: '<seconds>' },
      execute: noFix,
      write: { set: { params: { seconds }, outcome: 'final' } },
    }),
    gnssPower: command({
      ...gnss,
      name: '+CGNSSPWR',
      title: 'GNSS on and off',
      test: ['(0-1)'],
      read: { row: '<on>' },
      write: { set: { params: { on: oneOf(0, 1), fast: optional(oneOf(0, 1)) }, outcome: 'final' } },
    }),
    gnssPosition: command({
      ...gnss,
      name: '+CGNSSINFO',
      title: 'Position by GNSS',
      shows: position,
      test: ['(0-255)'],
      read: { row: '<seconds>' },
      execute: noFix,
      write: { set: { params: { seconds }, outcome: 'final' } },
    }),
  }
}
