import { command } from '../command.ts'
import { holds, ints, named, oneOf, optional, printedAs, text } from '../param.ts'
import type { MqttDialect } from './mqtt-dialect.ts'
import { absentUnless, clientIndex, flag, pdpContext } from './mqtt-params.ts'

const clientId = holds('identity', named('clientID', text(1, 128)))

/** The service, its two clients and their SSL contexts (§2.2.1 to §2.2.5). */
export const clientCommands = (dialect: MqttDialect) => ({
  start: command({
    name: '+CMQTTSTART',
    changes: 'mqtt',
    title: 'Start the MQTT service',
    cite: '2.2.1',
    maxResponseMs: 12_000,
    effort: 'network',
    execute: { outcome: 'deferred' },
    write: {
      onContext: {
        params: { cid: pdpContext(dialect) },
        ...absentUnless(dialect.contexts > 0),
        outcome: 'deferred',
      },
    },
    test: [],
  }),
  stop: command({
    name: '+CMQTTSTOP',
    changes: 'mqtt',
    title: 'Stop the MQTT service',
    cite: '2.2.2',
    maxResponseMs: 12_000,
    effort: 'release',
    execute: { outcome: 'deferred' },
    write: {
      onContext: {
        params: { cid: pdpContext(dialect) },
        ...absentUnless(dialect.contexts > 0),
        outcome: 'deferred',
      },
    },
    test: [],
  }),
  acquire: command({
    name: '+CMQTTACCQ',
    title: 'Acquire a client',
    cite: '2.2.3',
    needs: 'service',
    test: [`(0-1),(1-128)[,(0-1)]${dialect.acquireTakesVersion ? ',(3-4)' : ''}`],
    read: { row: `<client_index>,"<clientID>",<server_type>${dialect.acquireTakesVersion ? ',<version>' : ''}` },
    write: {
      acquire: {
        params: { clientIndex, clientId, serverType: optional(flag) },
        outcome: 'final+err',
      },
      acquireWithVersion: {
        params: {
          clientIndex,
          clientId,
          serverType: optional(flag),
          version: optional(oneOf(3, 4)),
        },
        minParams: 4,
        ...absentUnless(dialect.acquireTakesVersion),
        outcome: 'final+err',
      },
    },
  }),
  release: command({
    name: '+CMQTTREL',
    title: 'Release a client',
    cite: '2.2.4',
    needs: 'service',
    test: 'derived',
    read: { row: '' },
    write: { release: { params: { clientIndex }, outcome: 'final+err' } },
  }),
  sslConfig: command({
    name: '+CMQTTSSLCFG',
    title: 'Bind a session to an SSL context',
    cite: '2.2.5',
    needs: 'service',
    test: 'derived',
    read: { row: '<session_id>,<ssl_ctx_index>' },
    write: {
      bind: {
        params: {
          clientIndex: named('session_id', printedAs('(0,1)', clientIndex)),
          sslContext: named('ssl_ctx_index', ints([0, 9])),
        },
        outcome: 'final',
      },
    },
  }),
})
