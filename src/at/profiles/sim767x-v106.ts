import type { Profile } from './profile.ts'
import { sim767x } from './sim767x.ts'

/** The same modules with the firmware of the V1.06 manual. */
export const sim767xV106: Profile = {
  ...sim767x,
  name: 'sim767x-v106',
  title: 'SIM7672X and SIM7652X with what the V1.06 manual adds',
  mqtt: { ...sim767x.mqtt, contexts: 15, discTestHasBlank: false },
  general: {
    ...sim767x.general,
    hasPowerOffKinds: true,
    hasSocketContexts: true,
    hasSocketSetting: true,
    zoneUpdate: { initial: 1, factory: 1 },
  },
  tls: {
    ...sim767x.tls,
    maxFileName: 55,
    maxCertificateName: 55,
    keys: ['password', 'ignorecertCN', 'use_tickets', 'ciphersuites'],
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
      'use_tickets',
      'ciphersuites',
    ],
  },
}
