import { textOf } from '../../at/bytes/bytes.ts'
import { contextOf, isUp, setContexts, switchContexts } from '../cellular/network.ts'
import { cmeError, error, ok, okWith } from '../line/reply.ts'
import type { PdpContext } from '../state.ts'
import type { GeneralHandlers } from './handlers.ts'

type NetworkKeys =
  | 'pin'
  | 'signal'
  | 'servingCell'
  | 'registration'
  | 'packetRegistration'
  | 'epsRegistration'
  | 'attach'
  | 'activate'
  | 'define'

/** SIM, cell and PDP contexts, as one simulated network has them. */
export const networkHandlers: GeneralHandlers<NetworkKeys> = {
  pin: { read: () => okWith('+CPIN: READY') },
  signal: { execute: (turn) => okWith(isUp(turn) ? '+CSQ: 23,0' : '+CSQ: 99,99') },
  servingCell: { read: (turn) => okWith(isUp(turn) ? servingCell : '+CPSI: NO SERVICE,Online') },
  registration: { read: (turn) => okWith(`+CREG: 0,${isUp(turn) ? 1 : 2}`) },
  packetRegistration: { read: (turn) => okWith(`+CGREG: 0,${isUp(turn) ? 1 : 2}`) },
  epsRegistration: { read: (turn) => okWith(`+CEREG: 0,${isUp(turn) ? 1 : 2}`) },
  attach: { read: (turn) => okWith(`+CGATT: ${isUp(turn) ? 1 : 0}`) },
  activate: {
    read: (turn) => okWith(...turn.network.contexts.map(({ cid, active }) => `+CGACT: ${cid},${active ? 1 : 0}`)),
    activate: (turn, { state, cid }) => {
      if (cid !== undefined && !contextOf(turn, cid)) return cmeError(521)
      if (state === 1 && !isUp(turn)) return cmeError(30)
      switchContexts(turn, state === 1, cid)
      return ok
    },
  },
  define: {
    read: (turn) => okWith(...turn.network.contexts.map(contextRow)),
    execute: () => ok,
    define: (turn, { cid, type, apn }) => {
      const others = turn.network.contexts.filter((context) => context.cid !== cid)
      if (type === undefined) setContexts(turn, others)
      else if (!contextTypes.includes(textOf(type).toUpperCase())) return error
      else
        setContexts(turn, [...others, defined(turn, cid, textOf(type), textOf(apn ?? type.subarray(0, 0)))].sort(byCid))
      return ok
    },
  },
}

const servingCell = '+CPSI: LTE,Online,460-00,0x333C,39589680,308,EUTRAN-BAND3,1350,5,0,0,54,0,22'
const contextTypes = ['IP', 'IPV6', 'IPV4V6', 'NON-IP']

/** A new APN counts from the next activation. */
const defined = (turn: Parameters<typeof contextOf>[0], cid: number, type: string, apn: string): PdpContext => ({
  cid,
  type,
  apn,
  active: contextOf(turn, cid)?.active ?? false,
})

const contextRow = ({ cid, type, apn, active }: PdpContext): string =>
  `+CGDCONT: ${cid},"${type}","${apn}","${active ? '10.83.214.110' : ''}",,,,,,,,,,,`

const byCid = (a: PdpContext, b: PdpContext): number => a.cid - b.cid
