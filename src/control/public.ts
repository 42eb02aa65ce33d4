/** Control: drives and watches a module from outside, over JSON lines or from TypeScript, and writes traces. */

export { type CarriedListener, type CarriedPacket, type CarriedPart, watchCarried } from './carried/carried.ts'
export { type CallOptions, type ControlAddress, type ControlRequest, callControl } from './control-client.ts'
export { type Control, type ControlOptions, startControl } from './control-server.ts'
export {
  type Direction,
  EventFeed,
  type EventListener,
  type LineEvent,
  type ModuleEvent,
  type MqttEvent,
} from './events.ts'
export { idleFaults, watchInterventions } from './interventions.ts'
export { type AdviceEvent, LineAdvice, type LineAdviceOptions } from './line-advice.ts'
export type { ControlOperation, ControlReply, OperationContext, OperationField } from './operation.ts'
export { operations } from './operations.ts'
export type { PacketView } from './packet-view.ts'
export { type ByteListener, watchBytes } from './redacted-bytes.ts'
export {
  type Shower,
  type StateView,
  shower,
  viewClient,
  viewContext,
  viewLine,
  viewSim,
  viewState,
} from './state-view.ts'
export { openTrace, type Trace } from './trace-file.ts'
export { noteLine, traceEnd, traceHeader, traceLine } from './trace-line.ts'
