/** The unsolicited result codes of §4.2, without the CR LF around them. */
export interface UrcDefinition {
  readonly name: string
  readonly form: string
  readonly title: string
}

export const urcs = {
  connectionLost: {
    name: '+CMQTTCONNLOST',
    form: '<client_index>,<cause>',
    title: 'The connection ended without DISC',
  },
  noNetwork: { name: '+CMQTTNONET', form: '', title: 'The network is gone; go on from START' },
  receiveStart: {
    name: '+CMQTTRXSTART',
    form: '<client_index>,<topic_total_len>,<payload_total_len>',
    title: 'A message begins',
  },
  receiveTopic: { name: '+CMQTTRXTOPIC', form: '<client_index>,<sub_topic_len>', title: 'A part of its topic' },
  receivePayload: { name: '+CMQTTRXPAYLOAD', form: '<client_index>,<sub_payload_len>', title: 'A part of its payload' },
  receiveEnd: { name: '+CMQTTRXEND', form: '<client_index>', title: 'The message is complete' },
  receive: {
    name: '+CMQTTRECV',
    form: '<client_index>,"<topic>"[,<len>],"<payload>"',
    title: 'A message, while `argtopic` is on',
  },
} as const satisfies Record<string, UrcDefinition>

/** Why a connection was lost, in `+CMQTTCONNLOST: <client_index>,<cause>`. */
export const lossCauses = { closed: 1, reset: 2, network: 3 } as const

/** Limits of a received message, in bytes (§4.2): longer ones are not shown to the host. */
export const receiveLimits = { topic: 1024, payload: 10_240, part: 1500 } as const
