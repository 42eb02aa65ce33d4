/** `atmqtt/driver` in Node: the driver, and ports and a clock for it. Loads neither koffi nor a broker nor the module. */
export * from '../driver/public.ts'
export { nodeClock as systemClock } from '../io/clock-node.ts'
export { openSerialPort, type SerialPortOptions } from '../io/ports/serial-port.ts'
export { openTcpPort, type TcpPortOptions } from '../io/ports/tcp-port.ts'
export { SetupError, type SetupErrorCode } from '../io/setup-error.ts'
export { connect, type NodeConnectOptions, NodeDevice, type NodeDeviceOptions, openDevice } from './device.ts'
