export { encode } from './encode.ts'
export type {
  Acknowledgement,
  Connack,
  Connect,
  EmptyPacket,
  Message,
  Packet,
  Publish,
  Qos,
  Suback,
  Subscribe,
  Unsubscribe,
  Version,
} from './packet.ts'
export { emptyParser, type Parsed, type ParseFailure, type ParseOptions, type Parser, parse } from './parse.ts'
export {
  type ConnectOptions,
  emptyStore,
  type Operation,
  type Outgoing,
  type Session,
  type SessionEvent,
  type SessionStep,
  type StartedStep,
  type StoredSession,
  store,
} from './session.ts'
export { receive } from './session-in.ts'
export { open } from './session-open.ts'
export { disconnect, publish, subscribe, subscribeAll, unsubscribe, unsubscribeAll } from './session-out.ts'
export { nextTickAt, tick } from './session-time.ts'
