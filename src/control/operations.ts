import * as v from 'valibot'
import { jsonObject } from '../faults/fields.ts'
import { whole } from '../faults/params.ts'
import { FaultError, type Faults } from '../faults/public.ts'
import type { LossOptions, RadioChange } from '../module/public.ts'
import type { LineAdvice } from './line-advice.ts'
import { type ControlOperation, type FieldValues, type OperationContext, operation } from './operation.ts'
import { viewState } from './state-view.ts'

const span = v.optional(v.pipe(whole(1, 2_147_483_647), v.description('a whole number, 1–2147483647')))

const lossFields = {
  announce: v.optional(v.pipe(v.boolean(), v.description('true or false'))),
}

/** Servers are told of lost connections only when that was asked for. */
const lossOptions = ({ announce = false }: FieldValues<typeof lossFields>): LossOptions => ({ announce })

const radioFields = {
  signal: v.optional(v.pipe(v.union([whole(0, 31), v.literal(99)]), v.description('0–31, or 99 for unknown'))),
  admits: v.optional(v.pipe(v.picklist(['home', 'roaming', 'denied']), v.description('"home", "roaming" or "denied"'))),
  refusedApns: v.optional(v.pipe(v.array(v.string()), v.description('a list of APNs'))),
  zone: v.optional(v.pipe(whole(-96, 96), v.description('quarters of an hour, -96 to 96'))),
  ...lossFields,
}

/** What was given; names of APNs count in any case. */
function radioChange({ signal, admits, refusedApns, zone }: FieldValues<typeof radioFields>): RadioChange {
  return {
    ...(signal !== undefined && { signal }),
    ...(admits !== undefined && { admits }),
    ...(refusedApns !== undefined && { refusedApns: refusedApns.map((apn) => apn.toLowerCase()) }),
    ...(zone !== undefined && { zone }),
  }
}

/** Every operation by its name: the module's own functions, reachable from any language. */
export const operations: Readonly<Record<string, ControlOperation>> = {
  state: operation(
    {},
    { title: 'what the module knows', does: [{ text: '–' }], reply: '`state`: what the module knows, below' },
    ({ module, leftOut }) => ({ state: viewState(module.state(), leftOut) }),
  ),
  reset: operation(
    lossFields,
    {
      title: 'a power cut and a new start',
      does: [
        {
          text: 'As a power cut and a new start: connections, service, sessions, settings and open prompts are gone, the network is up. Boot lines follow.',
        },
      ],
    },
    ({ module }, request) => module.reset(lossOptions(request)),
  ),
  fresh: operation(
    {},
    {
      title: 'as if it had been started anew',
      does: [
        {
          text: "As if the module had been ended and started again at the same addresses: nothing that happened since the start is left. Faults end, and a schedule of `--faults` begins again with the same chance. Settings, `AT&W`, PDP definitions, SIM, network and power are as at the start; certificates that the module has written or deleted are as they were. Connections are closed, half-open ones too. The embedded broker's clients are disconnected, its sessions, retained messages and wills are gone. Lines keep their hosts; boot lines follow.",
        },
      ],
    },
    (context) => context.fresh(),
  ),
  urc: operation(
    {
      text: v.pipe(
        v.string(),
        v.minLength(1),
        v.maxLength(1000),
        v.regex(/^[^\x00-\x1f\x7f-\x9f]*$/),
        v.description('a string of 1–1000 characters without control characters such as CR and LF'),
      ),
    },
    {
      title: 'print a line on every line that has a host',
      value: 'text',
      does: [
        {
          text: 'prints CR LF *text* CR LF on every line that has a host. It waits while a prompt is open, as any URC.',
        },
      ],
    },
    ({ module }, { text }) => module.urc(text),
  ),
  network: operation(
    { state: v.pipe(v.picklist(['down', 'up', 'silent']), v.description('"down", "up" or "silent"')), ...lossFields },
    {
      title: 'no coverage, coverage, or nothing arrives',
      value: 'state',
      does: [
        {
          of: ['down'],
          text: 'No coverage: `+CMQTTCONNLOST: <i>,3` for each connected client, one `+CMQTTNONET`, the service is stopped.',
        },
        { of: ['up'], takes: [], text: 'Coverage is back, PDP context 1 is active. Silence ends.' },
        {
          of: ['silent'],
          takes: [],
          text: 'Registered, but nothing comes through in either direction. What was sent waits until silence ends.',
        },
      ],
    },
    ({ module }, { state, ...request }) => module.network(state, lossOptions(request)),
  ),
  power: operation(
    { state: v.pipe(v.picklist(['on', 'off']), v.description('"on" or "off"')), ...lossFields },
    {
      title: 'cut the power, switch it on',
      value: 'state',
      does: [
        {
          of: ['off'],
          text: 'A power cut: nothing is printed, connections are lost, the module answers nothing. The card, the PDP definitions, `AT&W` and the certificates stay.',
        },
        { of: ['on'], takes: [], text: 'Boots, with the boot lines of the profile. Nothing if it is on.' },
      ],
    },
    ({ module }, { state, ...request }) => module.power(state === 'on', lossOptions(request)),
  ),
  sim: operation(
    {
      state: v.pipe(
        v.picklist(['insert', 'remove', 'busy', 'idle']),
        v.description('"insert", "remove", "busy" or "idle"'),
      ),
      ...lossFields,
    },
    {
      title: 'take the SIM out, put it in, make it busy',
      value: 'state',
      does: [
        {
          of: ['remove'],
          text: '`+CPIN: NOT INSERTED` (`a76xx`, `sim7600`: `+CPIN: SIM REMOVED`, `+SIMCARD: NOT AVAILABLE`); the network is lost as with `network` `down`.',
        },
        {
          of: ['insert'],
          takes: [],
          text: 'The card is read: `+CPIN: READY` (or `SIM PIN`), `SMS DONE`, `PB DONE`; the module registers.',
        },
        {
          of: ['busy', 'idle'],
          takes: [],
          text: 'The card does not answer: commands that need it get `+CME ERROR` 14, until `idle`.',
        },
      ],
    },
    ({ module }, { state, ...request }) => module.sim(state, lossOptions(request)),
  ),
  radio: operation(
    radioFields,
    {
      title: 'change the simulated network',
      does: [
        {
          text: 'Changes the simulated network; what is not named stays. `denied` ends registration. A PDP context whose APN is refused is not activated: `AT+CMQTTSTART` gives 9. At first `signal` is 23, `admits` `home`, `refusedApns` `["refused"]`, `zone` 0.',
        },
      ],
    },
    ({ module }, change) => module.radio(radioChange(change), lossOptions(change)),
  ),
  fault: operation(
    {
      name: v.pipe(v.string(), v.description('the name of a fault, such as "socket-reset"')),
      params: v.optional(v.pipe(jsonObject, v.description('a JSON object, such as {"afterMs":1000}'))),
      forMs: span,
      forCommands: span,
      onCommand: v.optional(
        v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description('a pattern such as "AT+CSQ*"')),
      ),
    },
    {
      title: 'start a fault',
      value: 'name',
      does: [{ text: '[starts a fault](#faults), with `onCommand` before the next command line that fits it, once' }],
      reply: '`id`: its number',
    },
    (context, { name, params, forMs, forCommands, onCommand }) => {
      const faults = faultsOf(context)
      const span = { forMs, forCommands }
      return {
        id:
          onCommand === undefined
            ? faults.start(name, params, span)
            : faults.startAtCommand(onCommand, name, params, span),
      }
    },
  ),
  endFault: operation(
    {
      fault: v.pipe(
        v.union([v.string(), v.pipe(v.number(), v.finite())]),
        v.description('the name of a fault, its number, or "all"'),
      ),
    },
    {
      title: 'end a fault, all of a name, or all',
      value: 'fault',
      does: [{ text: 'ends that fault, all of that name, or all' }],
      reply: '`ended`: how many',
    },
    (context, { fault }) => ({ ended: endFaults(faultsOf(context), fault) }),
  ),
  faults: operation(
    {},
    {
      title: 'the faults that run',
      does: [{ text: '–' }],
      reply:
        '`seed`; `faults`: those that run, each with `id`, `name`, `params`, `startedMs`; `records`: those that were asked for since the start or `fresh`, the last thousand, each with `name`, `at` (what it waits for), `startedMs`, `endedMs`, `touched` (whether anything was otherwise because of it)',
    },
    (context) => {
      const faults = faultsOf(context)
      return { seed: faults.seed, faults: faults.active(), records: faults.records() }
    },
  ),
  explain: operation(
    {},
    {
      title: 'what went wrong, and why',
      does: [{ text: '[Causes](causes/README.md) of what went wrong so far, for a module with `--explain`.' }],
      reply: '`lines`: for each that was used `line` and `report`, as `atmqtt explain --json` prints it',
    },
    (context) => ({ lines: adviceOf(context).reports() }),
  ),
  events: operation(
    {},
    {
      title: 'events as they come',
      does: [{ text: 'From now on this connection carries events too.' }],
    },
    (context) => context.streamEvents(),
  ),
}

function adviceOf({ advice }: OperationContext): LineAdvice {
  if (!advice) throw new FaultError('This module explains nothing: start it with --explain.')
  return advice
}

function faultsOf({ faults }: OperationContext): Faults {
  if (!faults) throw new FaultError('This module was started without faults: give its control the faults.')
  return faults
}

const endFaults = (faults: Faults, which: string | number): number =>
  which === 'all' ? faults.stopAll() : faults.stop(which)
