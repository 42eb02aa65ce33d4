import { cmeErrorsA76xx } from '../errors.ts'
import { a76xx } from './a76xx.ts'
import type { Profile } from './profile.ts'
import { sim767x } from './sim767x.ts'

/** The older SIM7600 family. */
export const sim7600: Profile = {
  ...sim767x,
  name: 'sim7600',
  title: 'SIM7600, the older family',
  family: 'sim7600',
  models: ['SIM7500', 'SIM7600', 'SIM78xx', 'SIM79xx'],
  prompt: '\r\n>',
  echoesData: false,
  boot: [
    { afterMs: 10_000, text: 'RDY' },
    { afterMs: 12_000, text: '+CPIN: READY', needs: 'card' },
    { afterMs: 18_000, text: 'SMS DONE', needs: 'sim' },
    { afterMs: 20_000, text: 'PB DONE', needs: 'sim' },
  ],
  cme: cmeErrorsA76xx,
  // The manual of this family is not among the sources: where nothing was observed it does as the A76XX.
  general: {
    ...a76xx.general,
    highestFun: 7,
    eventTest: '(0,1),(0)',
    eventModes: 1,
    contextEvents: 0,
    lockedContexts: [],
    hasContextParameters: true,
    registrationShowsAccess: false,
    operatorFormat: 0,
    keepsOperatorMode: true,
    hasSocketDefinitions: true,
    positioning: 'gps',
    socketOptions: 7,
    hasSocketSetting: false,
    openFailure: 'error',
  },
  identity: { ...sim767x.identity, model: 'SIM7600', revision: 'LE20B04SIM7600M22', build: 'LE20B04SIM7600M22' },
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
    stopWhileHeld: 21,
    connectWhenConnected: 13,
    releaseWhenFree: 'ok',
    addressWithoutTcp: 12,
    startResultFirst: true,
    connectTestShowsLogin: false,
    hasVersionConfig: false,
    acquireTakesVersion: true,
    hasTopicInput: true,
    quotedTopics: 'refused',
    configRefusalHasCode: true,
  },
}
