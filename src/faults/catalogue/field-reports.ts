/** Problems with modules of this family that users report in public threads. A fault lists the rows that it reproduces. */
export const fieldReports = {
  1: {
    what: 'an MQTTS connect fails with a code that does not say why',
    where: ['Xinyuan-LilyGO/LilyGo-Modem-Series#77', 'Xinyuan-LilyGO/T-SIM7600X#49'],
  },
  5: {
    what: 'code 14, client is busy: the next publish came before the result of the last one',
    where: ['https://forum.freematics.com/viewtopic.php?p=48217'],
  },
  7: {
    what: 'after a loss of the link there is silence, or reconnects without end',
    where: ['Xinyuan-LilyGO/T-SIM7600X#127', 'vshymanskyy/TinyGSM#481', 'adafruit/Adafruit_MQTT_Library#75'],
  },
  8: {
    what: 'fixed sleeps in place of waiting: a publish counts as failed though it was delivered',
    where: ['elementzonline/Arduino-Sample-Codes#16', 'botletics/SIM7000-LTE-Shield#155'],
  },
  9: {
    what: 'the host gives up after 30 s, the publish succeeds after 180 or 340 s, and is sent twice',
    where: ['QuickSpot/walter-esp-idf#175'],
  },
  10: {
    what: 'after a stall the echo of a command stands in a payload, or a URC is taken for payload',
    where: ['QuickSpot/walter-esp-idf#166', 'QuickSpot/walter-arduino#143'],
  },
  11: { what: 'the host is stuck at a data prompt and has no way out', where: ['espressif/esp-at#1027'] },
  14: {
    what: 'a URC comes between a command and its response',
    where: ['FactbirdHQ/atat#223', 'RIOT-OS/RIOT#20062', 'ARMmbed/mbed-os#10341', 'u-blox/ubxlib#171'],
  },
  15: {
    what: 'replies come in pieces; a URC is seen twice',
    where: ['espressif/esp-protocols#375', 'espressif/esp-protocols#706', 'espressif/esp-protocols#789'],
  },
  17: {
    what: 'the default is MQTT 3.1, and the server wants 3.1.1',
    where: ['Xinyuan-LilyGO/LilyGo-Modem-Series#125', 'Xinyuan-LilyGO/LilyGo-Modem-Series#403'],
  },
  18: {
    what: 'the UART overruns at high speeds without flow control',
    where: ['Xinyuan-LilyGO/LilyGo-Modem-Series#321', 'Xinyuan-LilyGO/T-SIM7600X#92', 'espressif/esp-at#455'],
  },
  20: {
    what: 'a module that sends nonsense crashes its host',
    where: ['https://github.com/espressif/esp-protocols/pull/1014'],
  },
  21: {
    what: 'a reply never comes and ends the process; a reply without echo stalls the driver',
    where: ['https://www.npmjs.com/package/serialport-gsm'],
  },
  22: { what: 'subscriptions are lost when the link drops before the SUBACK', where: ['mqttjs/MQTT.js#555'] },
  27: {
    what: 'the policy of a server does not allow a topic, a filter or a client ID: 6 and CONNLOST 1, or 15',
    where: [],
  },
  30: { what: 'SUB is 14 while a retained message streams in', where: [] },
  31: { what: 'STOP or DISC of a live session starts the module anew', where: [] },
} as const satisfies Readonly<Record<number, { readonly what: string; readonly where: readonly string[] }>>

export type ReportRow = keyof typeof fieldReports
