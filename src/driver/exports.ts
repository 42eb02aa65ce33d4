/**
 * What `atmqtt/driver` exports in Node and in browsers alike; `node.ts` and `web.ts` add `connect`, `openDevice`, a
 * clock and ports. The driver (DTE) talks to a module over a port and imports nothing of the module.
 *
 * Its layers; each imports only those in front of it:
 * - `protocol/`: bytes to commands and back. One command at a time; synchronising; prompts that were left open.
 * - `commands/`: `Modem`, with a method for each command form of the definitions in `at/`, and the command scheduler.
 * - `setup/`: SIM, access point, registration, and which forms a firmware has.
 * - `certificates/`: files in the module's store, and its TLS contexts.
 * - `client/`: `Client`, in the shape of MQTT.js: outbox, publishing, subscriptions, recovery.
 */

export type { Clock } from '../io/runtime/runtime.ts'
export type { ByteStream, ByteStreamEvents } from '../io/stream.ts'
export { CertificateError, type CertificateErrorCode } from './certificates/certificate-error.ts'
export type { Pem } from './certificates/tls-options.ts'
export { Client } from './client/client.ts'
export { Device } from './client/device.ts'
export { ClientError, type ClientErrorCode, ConnectionLostError, type LossCause } from './client/errors.ts'
export type { ClientOptions, DeviceOptions, OpenPort, QueuePolicy, Will } from './client/options/options.ts'
export type { PublishOutcome } from './client/outbox.ts'
export type {
  ClientEvents,
  ConnackPacket,
  DoneCallback,
  IConnackPacket,
  IDisconnectPacket,
  MessagePacket,
  PublishCallback,
  PublishedPacket,
  QoS,
  ReceivedMessage,
  SubscribeCallback,
  SubscriptionGrant,
} from './client/packets.ts'
export type { PublishOptions, SubscribeOptions, SubscriptionMap, Topics } from './client/requests.ts'
export {
  CmeError,
  InputError,
  MqttError,
  mayHaveBeenDone,
  RefusedError,
  UnknownOutcomeError,
} from './commands/errors.ts'
export type { ModuleIdentity, SignalQuality } from './commands/identity.ts'
export type { AnswerLimits, CommandMethods, FormMethod, Text } from './commands/methods.ts'
export { Modem, type ModemOptions, type RawOptions } from './commands/modem.ts'
export type {
  BaseMqttProtocol,
  ClientSubscribeCallback,
  CloseCallback,
  ErrorWithReasonCode,
  IClientPublishOptions,
  IClientReconnectOptions,
  IClientSubscribeOptions,
  IClientSubscribeProperties,
  IClientUnsubscribeProperties,
  ISecureClientOptions,
  ISubscriptionGrant,
  ISubscriptionMap,
  ISubscriptionRequest,
  MqttProtocol,
  OnCloseCallback,
  OnConnectCallback,
  OnDisconnectCallback,
  OnErrorCallback,
  StorePutCallback,
  VoidCallback,
} from './mqttjs-types.ts'
export type { Received } from './protocol/answer.ts'
export type { Chat, ChatEmits } from './protocol/chat.ts'
export { OnlineError, type OnlineErrorCode, PortBusyError, PortClosedError } from './protocol/errors.ts'
export type { AccessPoint } from './setup/access-point.ts'
export { bringOnline, type Online, type OnlineOptions } from './setup/bring-online.ts'
export type { Registration } from './setup/registration.ts'
