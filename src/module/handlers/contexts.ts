import { textOf } from '../../at/syntax/bytes.ts'
import { isRegistered } from '../cellular/cell.ts'
import {
  activate,
  contextAddresses,
  contextOf,
  deactivate,
  defineContext,
  isActive,
  undefineContext,
} from '../cellular/contexts.ts'
import { updateRegistration } from '../cellular/registration.ts'
import { simRefusal } from '../cellular/sim.ts'
import { cmeError, error, type FinalReply, ok, okWith } from '../core/reply.ts'
import type { PdpContext } from '../core/state.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'

type Keys = 'define' | 'login' | 'activate' | 'attach' | 'addresses' | 'parameters' | 'contextEvents'

/** No such context, with the number of the manual. */
const undefinedContext = cmeError(521)

/** PDP contexts. */
export const contextHandlers: GeneralHandlers<Keys> = {
  define: {
    read: ({ cellular: { radio } }) => okWith(...radio.contexts.map(contextRow)),
    execute: () => ok,
    define: (ctx, { cid, type, apn }) => define(ctx, cid, type && textOf(type), apn ? textOf(apn) : ''),
  },
  login: {
    read: (ctx) => okWith(...ctx.cellular.radio.contexts.map((context) => loginRow(ctx, context))),
    execute: () => ok,
    set: (ctx, { cid, type, user, password }) =>
      setLogin(ctx, cid, type ?? 0, user ? textOf(user) : '', password ? textOf(password) : ''),
  },
  activate: {
    read: ({ cellular: { radio } }) =>
      okWith(...radio.contexts.map((each) => `+CGACT: ${each.cid},${isActive(each) ? 1 : 0}`)),
    activate: (ctx, { state, cid }) => switchContexts(ctx, state === 1, cid),
  },
  attach: {
    read: ({ cellular: { radio } }) => okWith(`+CGATT: ${isRegistered(radio) ? 1 : 0}`),
    attach: (ctx, { state }) => attach(ctx, state === 1),
  },
  addresses: {
    test: ({ cellular: { radio } }) => okWith(`+CGPADDR: (${radio.contexts.map(({ cid }) => cid).join(',')})`),
    execute: ({ cellular: { radio } }) => okWith(...radio.contexts.map(addressRow)),
    show: (ctx, { cid }) => showAddresses(ctx, [cid]),
    list: (ctx, { first, second, third, fourth }) => showAddresses(ctx, [first, second, third, fourth]),
  },
  parameters: {
    test: ({ cellular: { radio } }) =>
      okWith(
        `+CGCONTRDP: (${radio.contexts
          .filter(isActive)
          .map(({ cid }) => cid)
          .join(',')})`,
      ),
    execute: ({ cellular: { radio } }) => okWith(...radio.contexts.filter(isActive).map(parameterRow)),
    show: (ctx, { cid }) => {
      const context = contextOf(ctx, cid)
      if (!context) return undefinedContext
      return isActive(context) ? okWith(parameterRow(context)) : ok
    },
  },
  contextEvents: {
    read: ({ cellular: { settings } }) => okWith(`+CGEREP: ${settings.contextEvents},0`),
    execute: (ctx) => setEvents(ctx, 0),
    set: (ctx, { mode }) => setEvents(ctx, mode),
  },
}

const contextTypes = ['IP', 'IPV6', 'IPV4V6', 'NON-IP']

/** Types that this firmware lists. */
const knowsType = ({ config }: StepContext, type: string): boolean =>
  contextTypes.includes(type.toUpperCase()) &&
  config.profile.general.contextTest.some((row) => row.toUpperCase().includes(`"${type.toUpperCase()}"`))

function define(ctx: StepContext, cid: number, type: string | undefined, apn: string): FinalReply {
  if (type === undefined) undefineContext(ctx, cid)
  else if (!knowsType(ctx, type)) return error
  else defineContext(ctx, { ...contextOf(ctx, cid), cid, type, apn })
  return ok
}

const contextRow = (context: PdpContext): string =>
  `+CGDCONT: ${context.cid},"${context.type}","${context.apn}","${contextAddresses(context).join(',')}",,,,,,,,,,,`

function loginRow({ config }: StepContext, { cid, login }: PdpContext): string {
  const { type, user, password } = login ?? { type: 0, user: '', password: '' }
  return `+CGAUTH: ${cid},${type}${config.profile.general.showsLogin ? `,"${user}","${password}"` : ''}`
}

function setLogin(ctx: StepContext, cid: number, type: number, user: string, password: string): FinalReply {
  const context = contextOf(ctx, cid)
  if (!context) return undefinedContext
  const { login: _, ...rest } = context
  defineContext(ctx, type === 0 ? rest : { ...rest, login: { type, user, password } })
  return ok
}

function switchContexts(ctx: StepContext, active: boolean, cid: number | undefined): FinalReply {
  if (cid !== undefined && !contextOf(ctx, cid)) return undefinedContext
  if (isRefused(ctx, active, cid)) return cmeError(100)
  const cids = cid === undefined ? ctx.cellular.radio.contexts.map((context) => context.cid) : [cid]
  if (!active) return deactivateEach(ctx, cids)
  const refusal = simRefusal(ctx)
  if (refusal !== undefined) return cmeError(refusal)
  for (const each of cids) {
    const refused = activate(ctx, each)
    if (refused !== undefined) return cmeError(refused)
  }
  return ok
}

/** In some families, LTE keeps some contexts active; activating one that is active changes nothing. */
function isRefused({ config, cellular: { radio } }: StepContext, active: boolean, cid: number | undefined): boolean {
  const { lockedContexts, refusesActiveContext } = config.profile.general
  return radio.contexts.some((context) => {
    if (!lockedContexts.includes(context.cid) || (cid ?? context.cid) !== context.cid) return false
    return !active || refusesActiveContext || !isActive(context)
  })
}

function deactivateEach(ctx: StepContext, cids: readonly number[]): FinalReply {
  for (const cid of cids) deactivate(ctx, cid)
  return ok
}

function attach(ctx: StepContext, attaches: boolean): FinalReply {
  const refusal = simRefusal(ctx)
  if (refusal !== undefined) return cmeError(refusal)
  writableCellular(ctx).radio = { ...ctx.cellular.radio, attaches }
  updateRegistration(ctx)
  return attaches && !isRegistered(ctx.cellular.radio) && ctx.cellular.radio.registration !== 2 ? cmeError(30) : ok
}

const addressRow = (context: PdpContext): string =>
  ['+CGPADDR: ', context.cid, ...contextAddresses(context).map((address) => `,${address}`)].join('')

function showAddresses(ctx: StepContext, cids: readonly (number | undefined)[]): FinalReply {
  const given = cids.filter((cid) => cid !== undefined)
  const contexts = given.map((cid) => contextOf(ctx, cid)).filter((context) => context !== undefined)
  return contexts.length === given.length ? okWith(...contexts.map(addressRow)) : error
}

const parameterRow = (context: PdpContext): string => {
  const [address = ''] = contextAddresses(context)
  const apn = context.bearer?.apn ?? ''
  return `+CGCONTRDP: ${context.cid},${context.cid + 4},"${apn}","${address}.255.255.255.0","10.83.214.1","8.8.8.8","8.8.4.4",,,,,1500`
}

function setEvents(ctx: StepContext, contextEvents: number): FinalReply {
  writableCellular(ctx).settings = { ...ctx.cellular.settings, contextEvents }
  return ok
}
