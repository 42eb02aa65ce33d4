import { command } from '../command.ts'
import type { MqttDialect } from './mqtt-dialect.ts'
import { clientIndex, qos, reqLength } from './mqtt-params.ts'

/** MQTT commands that the note does not have and the older families do. */
export const siblingCommands = (dialect: MqttDialect) => ({
  subscribeTopic: command({
    name: '+CMQTTSUBTOPIC',
    title: 'Input a topic of the next subscription',
    stages: 'subscribe',
    cite: 'siblings',
    needs: dialect.stagingNeeds,
    refusedWhile: 'operation',
    test: 'derived',
    write: {
      input: {
        params: { clientIndex, reqLength, qos },
        prompt: 'reqLength',
        data: 'filter',
        outcome: 'final+err',
      },
    },
  }),
  unsubscribeTopic: command({
    name: '+CMQTTUNSUBTOPIC',
    title: 'Input a topic of the next UNSUB',
    stages: 'unsubscribe',
    cite: 'siblings',
    needs: dialect.stagingNeeds,
    refusedWhile: 'operation',
    test: 'derived',
    write: {
      input: { params: { clientIndex, reqLength }, prompt: 'reqLength', data: 'filter', outcome: 'final+err' },
    },
  }),
})

export type SiblingCommands = ReturnType<typeof siblingCommands>
