import { textOf } from '../../at/syntax/bytes.ts'
import { isRegistered } from '../cellular/cell.ts'
import {
  activate,
  addressesOf,
  contextOf,
  deactivate,
  defineContext,
  isActive,
  undefineContext,
} from '../cellular/contexts.ts'
import { updateRegistration } from '../cellular/registration.ts'
import { simRefusal } from '../cellular/sim.ts'
import type { PdpContext } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'
import { cmeError, error, type FinalReply, ok, okWith } from '../line/reply.ts'
import type { GeneralHandlers } from './handlers.ts'

type Keys = 'define' | 'login' | 'activate' | 'attach' | 'addresses' | 'parameters' | 'contextEvents'

/** No such context, by the number that the manual has for it. */
const undefinedContext = cmeError(521)

/** PDP contexts. */
export const contextHandlers: GeneralHandlers<Keys> = {
  define: {
    read: ({ radio }) => okWith(...radio.contexts.map(contextRow)),
    execute: () => ok,
    define: (turn, { cid, type, apn }) => define(turn, cid, type && textOf(type), apn ? textOf(apn) : ''),
  },
  login: {
    read: (turn) => okWith(...turn.radio.contexts.map((context) => loginRow(turn, context))),
    execute: () => ok,
    set: (turn, { cid, type, user, password }) =>
      setLogin(turn, cid, type ?? 0, user ? textOf(user) : '', password ? textOf(password) : ''),
  },
  activate: {
    read: ({ radio }) => okWith(...radio.contexts.map((each) => `+CGACT: ${each.cid},${isActive(each) ? 1 : 0}`)),
    activate: (turn, { state, cid }) => switchContexts(turn, state === 1, cid),
  },
  attach: {
    read: ({ radio }) => okWith(`+CGATT: ${isRegistered(radio) ? 1 : 0}`),
    attach: (turn, { state }) => attach(turn, state === 1),
  },
  addresses: {
    test: ({ radio }) => okWith(`+CGPADDR: (${radio.contexts.map(({ cid }) => cid).join(',')})`),
    execute: ({ radio }) => okWith(...radio.contexts.map(addressRow)),
    show: (turn, { cid }) => showAddresses(turn, [cid]),
    list: (turn, { first, second, third, fourth }) => showAddresses(turn, [first, second, third, fourth]),
  },
  parameters: {
    test: ({ radio }) =>
      okWith(
        `+CGCONTRDP: (${radio.contexts
          .filter(isActive)
          .map(({ cid }) => cid)
          .join(',')})`,
      ),
    execute: ({ radio }) => okWith(...radio.contexts.filter(isActive).map(parameterRow)),
    show: (turn, { cid }) => {
      const context = contextOf(turn, cid)
      if (!context) return undefinedContext
      return isActive(context) ? okWith(parameterRow(context)) : ok
    },
  },
  contextEvents: {
    read: ({ settings }) => okWith(`+CGEREP: ${settings.contextEvents},0`),
    execute: (turn) => setEvents(turn, 0),
    set: (turn, { mode }) => setEvents(turn, mode),
  },
}

const contextTypes = ['IP', 'IPV6', 'IPV4V6', 'NON-IP']

/** Types that this firmware lists. */
const knowsType = ({ device }: Turn, type: string): boolean =>
  contextTypes.includes(type.toUpperCase()) &&
  device.profile.general.contextTest.some((row) => row.toUpperCase().includes(`"${type.toUpperCase()}"`))

function define(turn: Turn, cid: number, type: string | undefined, apn: string): FinalReply {
  if (type === undefined) undefineContext(turn, cid)
  else if (!knowsType(turn, type)) return error
  else defineContext(turn, { ...contextOf(turn, cid), cid, type, apn })
  return ok
}

const contextRow = (context: PdpContext): string =>
  `+CGDCONT: ${context.cid},"${context.type}","${context.apn}","${addressesOf(context).join(',')}",,,,,,,,,,,`

function loginRow({ device }: Turn, { cid, login }: PdpContext): string {
  const { type, user, password } = login ?? { type: 0, user: '', password: '' }
  return `+CGAUTH: ${cid},${type}${device.profile.general.showsLogin ? `,"${user}","${password}"` : ''}`
}

function setLogin(turn: Turn, cid: number, type: number, user: string, password: string): FinalReply {
  const context = contextOf(turn, cid)
  if (!context) return undefinedContext
  const { login: _, ...rest } = context
  defineContext(turn, type === 0 ? rest : { ...rest, login: { type, user, password } })
  return ok
}

function switchContexts(turn: Turn, active: boolean, cid: number | undefined): FinalReply {
  if (cid !== undefined && !contextOf(turn, cid)) return undefinedContext
  if (isLocked(turn, cid)) return cmeError(100)
  const cids = cid === undefined ? turn.radio.contexts.map((context) => context.cid) : [cid]
  if (!active) return takeDown(turn, cids)
  const refusal = simRefusal(turn)
  if (refusal !== undefined) return cmeError(refusal)
  for (const each of cids) {
    const refused = activate(turn, each)
    if (refused !== undefined) return cmeError(refused)
  }
  return ok
}

/** LTE keeps some contexts up by itself in some families. */
const isLocked = ({ device, radio }: Turn, cid: number | undefined): boolean =>
  radio.contexts.some(
    (context) => (cid ?? context.cid) === context.cid && device.profile.general.lockedContexts.includes(context.cid),
  )

function takeDown(turn: Turn, cids: readonly number[]): FinalReply {
  for (const cid of cids) deactivate(turn, cid)
  return ok
}

function attach(turn: Turn, attaches: boolean): FinalReply {
  const refusal = simRefusal(turn)
  if (refusal !== undefined) return cmeError(refusal)
  turn.radio = { ...turn.radio, attaches }
  updateRegistration(turn)
  return attaches && !isRegistered(turn.radio) && turn.radio.registration !== 2 ? cmeError(30) : ok
}

const addressRow = (context: PdpContext): string =>
  ['+CGPADDR: ', context.cid, ...addressesOf(context).map((address) => `,${address}`)].join('')

function showAddresses(turn: Turn, cids: readonly (number | undefined)[]): FinalReply {
  const given = cids.filter((cid) => cid !== undefined)
  const contexts = given.map((cid) => contextOf(turn, cid)).filter((context) => context !== undefined)
  return contexts.length === given.length ? okWith(...contexts.map(addressRow)) : error
}

const parameterRow = (context: PdpContext): string => {
  const [address = ''] = addressesOf(context)
  const apn = context.bearer?.apn ?? ''
  return `+CGCONTRDP: ${context.cid},${context.cid + 4},"${apn}","${address}.255.255.255.0","10.83.214.1","8.8.8.8","8.8.4.4",,,,,1500`
}

function setEvents(turn: Turn, contextEvents: number): FinalReply {
  turn.settings = { ...turn.settings, contextEvents }
  return ok
}
