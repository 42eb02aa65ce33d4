import { mqttErr } from '../../errors.ts'
import { command, type Form } from '../command.ts'
import { ints, keyword, named, oneOf, optional, printedAs, quotedText, text } from '../param.ts'
import { serverAddress } from '../server-address.ts'
import type { MqttDialect } from './mqtt-dialect.ts'

const clientIndex = oneOf(0, 1)
const qos = oneOf(0, 1, 2)
const flag = oneOf(0, 1)
const reqLength = ints([1, 1024])
const quotedTopic = named('topic', quotedText(1, 500))

/** A form with the topic in quotes, as far as a firmware has it. */
const quoted = ({ quotedTopics }: MqttDialect): Pick<Form, 'absent' | 'onlyWith' | 'refusedWith'> => ({
  ...(quotedTopics === 'none' && { absent: true }),
  ...(quotedTopics === 'argtopic' && { onlyWith: 'argTopic' as const }),
  ...(quotedTopics === 'refused' && { refusedWith: mqttErr.invalidParameter }),
})

const absentUnless = (there: boolean): Pick<Form, 'absent'> => (there ? {} : { absent: true })
const pdpContext = ({ contexts }: MqttDialect) => named('cid', ints([1, contexts]))

/** The fifteen commands of §2.2, for one dialect. */
export const mqttCommands = (dialect: MqttDialect) => ({
  start: command({
    name: '+CMQTTSTART',
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
    title: 'Stop the MQTT service',
    cite: '2.2.2',
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
  acquire: command({
    name: '+CMQTTACCQ',
    title: 'Acquire a client',
    cite: '2.2.3',
    needs: 'service',
    test: [`(0-1),(1-128)[,(0-1)]${dialect.acquireTakesVersion ? ',(3-4)' : ''}`],
    read: { row: `<client_index>,"<clientID>",<server_type>${dialect.acquireTakesVersion ? ',<version>' : ''}` },
    write: {
      acquire: {
        params: { clientIndex, clientId: named('clientID', text(1, 128)), serverType: optional(flag) },
        outcome: 'final+err',
      },
      acquireWithVersion: {
        params: {
          clientIndex,
          clientId: named('clientID', text(1, 128)),
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
  willTopic: command({
    name: '+CMQTTWILLTOPIC',
    title: 'Input the topic of the will',
    cite: '2.2.6',
    needs: 'client',
    refusedWhile: 'connect',
    test: 'derived',
    write: {
      input: { params: { clientIndex, reqLength }, prompt: 'reqLength', data: 'topic', outcome: 'final+err' },
    },
  }),
  willMessage: command({
    name: '+CMQTTWILLMSG',
    title: 'Input the message of the will',
    cite: '2.2.7',
    needs: 'client',
    refusedWhile: 'connect',
    test: 'derived',
    write: {
      input: { params: { clientIndex, reqLength, qos }, prompt: 'reqLength', data: 'bytes', outcome: 'final+err' },
    },
  }),
  connect: command({
    name: '+CMQTTCONNECT',
    title: 'Connect to a server',
    cite: '2.2.8',
    needs: 'client',
    test: [`(0-1),(9-256),(1-64800),(0-1)${dialect.connectTestShowsLogin ? '[,<user_name>,<pass_word>]' : ''}`],
    read: { row: '<client_index>[,"<server_addr>",<keepalive_time>,<clean_session>[,"<user_name>"[,"<pass_word>"]]]' },
    write: {
      connect: {
        params: {
          clientIndex,
          serverAddress: named('server_addr', serverAddress(9, 256)),
          keepaliveTime: named('keepalive_time', ints([1, 64_800])),
          cleanSession: optional(named('clean_session', flag)),
          userName: optional(named('user_name', text(1, 256))),
          password: optional(named('pass_word', text(1, 256))),
        },
        requires: { password: 'userName' },
        outcome: 'deferred',
      },
    },
  }),
  disconnect: command({
    name: '+CMQTTDISC',
    title: 'Disconnect from the server',
    cite: '2.2.9',
    needs: 'service',
    test: 'derived',
    read: { row: '<client_index>,<disc_state>' },
    write: {
      disconnect: {
        params: {
          clientIndex,
          timeout: optional(
            printedAs(
              `(0,${dialect.discTestHasBlank ? ' ' : ''}${dialect.discTimeout.join('-')})`,
              ints(0, dialect.discTimeout),
            ),
          ),
        },
        outcome: 'deferred',
      },
    },
  }),
  topic: command({
    name: '+CMQTTTOPIC',
    title: 'Input the topic of the next publish',
    cite: '2.2.10',
    needs: dialect.stagingNeeds,
    refusedWhile: 'operation',
    test: 'derived',
    write: {
      input: { params: { clientIndex, reqLength }, prompt: 'reqLength', data: 'topic', outcome: 'final+err' },
    },
  }),
  payload: command({
    name: '+CMQTTPAYLOAD',
    title: 'Input the payload of the next publish',
    cite: '2.2.11',
    needs: dialect.stagingNeeds,
    refusedWhile: 'operation',
    test: 'derived',
    write: {
      input: {
        params: { clientIndex, reqLength: ints([1, dialect.maxPayloadBytes]) },
        prompt: 'reqLength',
        data: 'bytes',
        outcome: 'final+err',
      },
    },
  }),
  publish: command({
    name: '+CMQTTPUB',
    title: 'Publish a message',
    cite: '2.2.12',
    needs: 'connection',
    refusedWhile: 'operation',
    test: 'derived',
    write: {
      publish: {
        params: {
          clientIndex,
          qos,
          pubTimeout: ints(dialect.pubTimeout),
          retained: optional(named('retained', flag)),
          dup: optional(flag),
        },
        outcome: 'deferred',
      },
      publishQuoted: {
        params: {
          clientIndex,
          topic: quotedTopic,
          qos,
          length: named('len', ints([1, 10_240])),
          retained: optional(flag),
        },
        topic: { param: 'topic', kind: 'topic' },
        prompt: 'length',
        data: 'bytes',
        ...quoted(dialect),
        outcome: 'deferred',
      },
    },
  }),
  subscribe: command({
    name: '+CMQTTSUB',
    title: 'Subscribe to a topic',
    cite: '2.2.13',
    needs: 'connection',
    refusedWhile: 'operation',
    test: 'derived',
    read: { row: '[<topic>]' },
    write: {
      subscribeStaged: { params: { clientIndex, dup: optional(flag) }, outcome: 'deferred' },
      subscribe: {
        params: { clientIndex, reqLength, qos, dup: optional(flag) },
        prompt: 'reqLength',
        data: 'filter',
        outcome: 'deferred',
      },
      subscribeQuoted: {
        params: { clientIndex, topic: quotedTopic, qos },
        topic: { param: 'topic', kind: 'filter' },
        ...quoted(dialect),
        outcome: 'deferred',
      },
    },
  }),
  unsubscribe: command({
    name: '+CMQTTUNSUB',
    title: 'Unsubscribe from a topic',
    cite: '2.2.14',
    needs: 'connection',
    refusedWhile: 'operation',
    test: 'derived',
    write: {
      unsubscribeStaged: { params: { clientIndex, dup: optional(flag) }, outcome: 'deferred' },
      unsubscribe: {
        params: { clientIndex, reqLength, dup: optional(flag) },
        minParams: 3,
        prompt: 'reqLength',
        data: 'filter',
        outcome: 'deferred',
      },
      unsubscribeQuoted: {
        params: { clientIndex, topic: quotedTopic, dup: optional(flag) },
        topic: { param: 'topic', kind: 'filter' },
        ...quoted(dialect),
        outcome: 'deferred',
      },
    },
  }),
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

export type MqttCommands = ReturnType<typeof mqttCommands>
