import { command } from '../command.ts'
import { optional } from '../param.ts'
import type { MqttDialect } from './mqtt-dialect.ts'
import { clientIndex, flag, qos, quoted, quotedTopic, reqLength } from './mqtt-params.ts'

/** Subscriptions (§2.2.13, §2.2.14). */
export const subscribeCommands = (dialect: MqttDialect) => ({
  subscribe: command({
    name: '+CMQTTSUB',
    title: 'Subscribe to a topic',
    sends: 'subscribe',
    cite: '2.2.13',
    needs: 'connection',
    refusedWhile: 'operation',
    test: 'derived',
    read: { row: '[<topic>]' },
    shows: { content: 'topics' },
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
    sends: 'unsubscribe',
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
})
