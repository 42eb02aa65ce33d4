/** `atmqtt/driver` in a browser: the driver, and a clock for it. Ports there are Web Serial and memory. */
export * from '../driver/public.ts'
export { webClock as systemClock } from '../io/clock-web.ts'
export { connect, openDevice, TextBytes, type WebConnectOptions, WebDevice, type WebDeviceOptions } from './device.ts'
