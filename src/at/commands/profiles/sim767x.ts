import type { Profile } from '../profile.ts'
import { chosenResponseTimes } from '../response-times.ts'

/** The families of the note: SIM7672X and SIM7652X. The default. */
export const sim767x: Profile = {
  name: 'sim767x',
  title: 'SIM7672X and SIM7652X, the families of the application note',
  prompt: '\r\n>\r\n',
  echoesData: true,
  bootLines: ['QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE'],
  identity: {
    manufacturer: 'SIMCOM INCORPORATED',
    model: 'SIM7672G-MNGV',
    revision: '2348B01SIM767XM5A',
    imei: '351602000330570',
  },
  errorReports: 2,
  responseTimes: chosenResponseTimes,
  tls: {
    maxFileName: 108,
    maxCertificateName: 55,
    keys: [],
    row: [
      'sslversion',
      'authmode',
      'ignorelocaltime',
      'negotiatetime',
      'cacert',
      'clientcert',
      'clientkey',
      'enableSNI',
    ],
  },
  mqtt: {
    maxPayloadBytes: 4096,
    pubTimeout: [60, 180],
    discTimeout: [60, 180],
    stagingNeeds: 'client',
    connectTestShowsLogin: true,
    hasVersionConfig: true,
    discDefaultTimeout: 60,
    emptyShortForm: 'ok',
    startResultFirst: false,
    connectFailure: 'deferred',
    tlsError: 32,
    configRefusalHasCode: false,
  },
}
