import { command } from '../command.ts'
import { holds, ints, named, optional, printedAs, secret, text } from '../param.ts'
import { serverAddress } from '../server-address.ts'
import type { MqttDialect } from './mqtt-dialect.ts'
import { clientIndex, flag, qos, reqLength } from './mqtt-params.ts'

/** The will, and the connection to the server (§2.2.6 to §2.2.9). */
export const connectCommands = (dialect: MqttDialect) => ({
  willTopic: command({
    name: '+CMQTTWILLTOPIC',
    title: 'Input the topic of the will',
    stages: 'connect',
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
    stages: 'connect',
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
    sends: 'connect',
    cite: '2.2.8',
    needs: 'client',
    test: [`(0-1),(9-256),(1-64800),(0-1)${dialect.connectTestShowsLogin ? '[,<user_name>,<pass_word>]' : ''}`],
    read: {
      row: '<client_index>[,"<server_addr>",<keepalive_time>,<clean_session>[,"<user_name>"[,"<pass_word>"]]]',
      secret: true,
    },
    write: {
      connect: {
        params: {
          clientIndex,
          serverAddress: named('server_addr', serverAddress(9, 256, dialect.addressWithoutTcp !== null)),
          keepaliveTime: named('keepalive_time', ints([1, 64_800])),
          cleanSession: optional(named('clean_session', flag)),
          userName: holds('identity', optional(named('user_name', text(1, 256)))),
          password: secret(optional(named('pass_word', text(1, 256)))),
        },
        requires: { password: 'userName' },
        outcome: 'deferred',
      },
    },
  }),
  disconnect: command({
    name: '+CMQTTDISC',
    title: 'Disconnect from the server',
    sends: 'disconnect',
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
})
