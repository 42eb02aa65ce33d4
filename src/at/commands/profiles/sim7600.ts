import type { Profile } from '../profile.ts'
import { sim767x } from './sim767x.ts'

/** The older SIM7600 family. */
export const sim7600: Profile = {
  ...sim767x,
  name: 'sim7600',
  title: 'SIM7600, the older family',
  prompt: '\r\n>',
  echoesData: false,
  bootLines: ['RDY', '+CPIN: READY', 'SMS DONE', 'PB DONE'],
  identity: { ...sim767x.identity, model: 'SIM7600', revision: 'LE20B04SIM7600M22' },
  tls: {
    ...sim767x.tls,
    keys: ['ciphersuites'],
    row: [...sim767x.tls.row, 'password', 'ciphersuites'],
    unsetSuites: '0x0',
  },
  mqtt: {
    ...sim767x.mqtt,
    maxPayloadBytes: 10_240,
    discDefaultTimeout: 0,
    stagingNeeds: 'connection',
    startWhenStarted: 23,
    stopWhenStopped: 9,
    startResultFirst: true,
    connectTestShowsLogin: false,
    hasVersionConfig: false,
    acquireTakesVersion: true,
    hasTopicInput: true,
    quotedTopics: 'refused',
    configRefusalHasCode: true,
  },
}
