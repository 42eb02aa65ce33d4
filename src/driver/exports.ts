/**
 * The driver (DTE): talks to a module over a port. It imports nothing of the module, runs in Node and in browsers, and
 * has four layers, each usable alone.
 *
 * - `chat/`: bytes ↔ commands. `Dialogue` is without I/O: `begin`, `feed(bytes, now)`, `time(now)`; `Chat` puts it onto
 *   a `ByteStream` and a `Clock`. Answers never reject; every wait has a limit.
 * - `modem/`: a method per command form, derived from the definitions in `at/`. Methods reject with errors that say
 *   what to do. `inTurn` keeps the commands of one publish together; `alone` has the line for recovery.
 * - `client/`: MQTT.js's client. It opens the port, brings the module online, connects, and gets back what was lost.
 * - `online/`: synchronising, SIM, APN, registration; what has to happen before MQTT.
 *
 * Ports are byte streams of `io/transports/`: they come with `node.ts` and `web.ts`, which are what `atmqtt/driver`
 * gives in Node and in a browser.
 */

export type { Clock } from '../io/runtime/runtime.ts'
export type { ByteStream, ByteStreamEvents } from '../io/stream.ts'
export { CertificateError, type CertificateErrorCode } from './certificates/certificate-error.ts'
export { ContextPool } from './certificates/context-pool.ts'
export { secureContext } from './certificates/secure-context.ts'
export type { Pem, SecureChoice, SslContextNumber, TlsOptions } from './certificates/tls-options.ts'
export type {
  PublishOptions,
  SubscribeOptions,
  SubscriptionMap,
  Topics,
} from './client/arguments.ts'
export { Client } from './client/client.ts'
export { ClientError, type ClientErrorCode } from './client/client-error.ts'
export type {
  ClientEvents,
  ClientParts,
  DoneCallback,
  PublishCallback,
  SubscribeCallback,
} from './client/client-types.ts'
export { ConnectionLostError, type LossCause } from './client/connection-lost.ts'
export { Device } from './client/device.ts'
export type { ClientOptions, DeviceOptions, OpenPort, QueuePolicy, Will } from './client/options.ts'
export type { PublishOutcome } from './client/outcome.ts'
export type {
  ConnackPacket,
  MessagePacket,
  PublishedPacket,
  QoS,
  ReceivedMessage,
  SubscriptionGrant,
} from './client/packets.ts'
export {
  CmeError,
  InputError,
  MqttError,
  mayHaveBeenDone,
  PortClosedError,
  RefusedError,
  UnknownOutcomeError,
} from './commands/errors.ts'
export type { ModuleIdentity, SignalQuality } from './commands/identity.ts'
export type { AnswerLimits, CommandMethods, FormMethod, Text } from './commands/methods.ts'
export { Modem, type ModemOptions, type RawOptions } from './commands/modem.ts'
export type { Answer, ChatEvents, Received, Request, Result, Silence } from './protocol/answer.ts'
export { Chat, type ChatEmits, type ChatOptions } from './protocol/chat.ts'
export { Dialogue, type DialogueEvents, type DialogueOptions, maxBuffered } from './protocol/dialogue.ts'
export { isRestart } from './protocol/known-urcs.ts'
export { type PromptCleanup, type UndoOptions, undoFilledPrompt } from './protocol/prompt-cleanup.ts'
export { type Synchronised, type SynchroniseOptions, synchronise } from './protocol/synchronise.ts'
export type { AccessPoint } from './setup/access-point.ts'
export { bringIntoStep, bringOnline, type Online, type OnlineOptions } from './setup/bring-online.ts'
export { type KnownDialects, probeDialect } from './setup/dialect/probe-dialect.ts'
export { OnlineError, type OnlineErrorCode } from './setup/online-error.ts'
export type { Registration } from './setup/registration.ts'
