import { command } from '../command.ts'
import { ints, named, optional } from '../param.ts'
import type { MqttDialect } from './mqtt-dialect.ts'
import { clientIndex, flag, qos, quoted, quotedTopic, reqLength } from './mqtt-params.ts'

/** Publishing (§2.2.10 to §2.2.12). */
export const publishCommands = (dialect: MqttDialect) => ({
  topic: command({
    name: '+CMQTTTOPIC',
    title: 'Input the topic of the next publish',
    stages: 'publish',
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
    stages: 'publish',
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
    sends: 'publish',
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
})
