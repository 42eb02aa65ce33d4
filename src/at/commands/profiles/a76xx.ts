import type { Profile } from '../profile.ts'
import { sim767x } from './sim767x.ts'

/** The A7670 family, which much public client code is written for. */
export const a76xx: Profile = {
  ...sim767x,
  name: 'a76xx',
  title: 'A7670, A7672 and their family',
  prompt: '\r\n>',
  echoesData: false,
  bootLines: ['*ATREADY: 1', '+CPIN: READY', 'SMS DONE', '+CGEV: EPS PDN ACT 1', 'PB DONE'],
  identity: { ...sim767x.identity, model: 'A7670E-FASE', revision: 'A110B01A7670M7_F' },
  tls: {
    ...sim767x.tls,
    maxFileName: 108,
    maxCertificateName: 108,
    keys: ['password', 'ignorecertCN', 'use_tickets'],
    row: [
      'sslversion',
      'authmode',
      'ignorelocaltime',
      'negotiatetime',
      'cacert',
      'clientcert',
      'clientkey',
      'password',
      'enableSNI',
      'ignorecertCN',
    ],
  },
  mqtt: {
    ...sim767x.mqtt,
    maxPayloadBytes: 10_240,
    pubTimeout: [1, 180],
    discTimeout: [1, 180],
    discDefaultTimeout: 0,
    hasTopicInput: true,
    quotedTopics: 'argtopic',
    connectFailure: 'withheld',
    tlsError: 34,
  },
}
