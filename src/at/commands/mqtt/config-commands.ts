import { command } from '../command.ts'
import { ints, keyword, named, oneOf, optional } from '../param.ts'
import type { MqttDialect } from './mqtt-dialect.ts'
import { absentUnless, clientIndex, flag, pdpContext } from './mqtt-params.ts'

/** Settings of a client (§2.2.15). */
export const configCommands = (dialect: MqttDialect) => ({
  config: command({
    name: '+CMQTTCFG',
    title: 'Configure a client',
    cite: '2.2.15',
    needs: 'service',
    test: [
      '"checkUTF8",(0-1),(0-1)',
      '"optimeout",(0-1),(20-120)',
      ...(dialect.hasVersionConfig ? ['"version",(0-1),(3-4)'] : []),
      ...(dialect.quotedTopics === 'argtopic' ? ['"argtopic",(0-1),(0-1),(0-1)'] : []),
      ...(dialect.contexts > 0 ? [`"cid",(1-${dialect.contexts})`, `"scid",(0-1),(1-${dialect.contexts})`] : []),
    ],
    read: { row: '<client_index>,<checkUTF8_flag>,<optimeout_val>' },
    write: {
      checkUtf8: {
        params: { key: keyword('checkUTF8'), clientIndex: named('index', clientIndex), checkUtf8: flag },
        outcome: 'final',
      },
      opTimeout: {
        params: { key: keyword('optimeout'), clientIndex: named('index', clientIndex), opTimeout: ints([20, 120]) },
        outcome: 'final',
      },
      version: {
        params: { key: keyword('version'), clientIndex: named('index', clientIndex), version: oneOf(3, 4) },
        ...absentUnless(dialect.hasVersionConfig),
        outcome: 'final',
      },
      argTopic: {
        params: {
          key: keyword('argtopic'),
          clientIndex: named('index', clientIndex),
          argTopic: named('enable', flag),
          argLength: optional(named('show_len', flag)),
        },
        ...absentUnless(dialect.quotedTopics === 'argtopic'),
        outcome: 'final',
      },
      cid: {
        params: { key: keyword('cid'), cid: optional(pdpContext(dialect)) },
        ...absentUnless(dialect.contexts > 0),
        outcome: 'final',
      },
      scid: {
        params: {
          key: keyword('scid'),
          clientIndex: optional(named('index', clientIndex)),
          cid: optional(pdpContext(dialect)),
        },
        requires: { cid: 'clientIndex' },
        ...absentUnless(dialect.contexts > 0),
        outcome: 'final',
      },
    },
  }),
})
