import type { Rig, RigOptions } from '../../../src/launch/rig/rig.ts'

/** A run of a rig that relies on one behaviour. */
export interface Scene {
  readonly options?: RigOptions & { readonly broker?: 'memory' }
  plays(rig: Rig): Promise<void>
}

/** Types lines; data for a prompt stand behind `|`. */
export async function types(rig: Rig, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [command = '', data] = line.split('|')
    rig.send(command.replaceAll('{broker}', rig.broker.address))
    if (data !== undefined) rig.data(data)
    await rig.advance(0)
  }
}

const connects = 'AT+CMQTTCONNECT=0,"{broker}",60,1'
const acquired = ['ATE0', 'AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"me"']
export const connected = [...acquired, connects]
const staged = ['AT+CMQTTTOPIC=0,1|t', 'AT+CMQTTPAYLOAD=0,1|p']
const subscribed = [...connected, 'AT+CMQTTSUB=0,1,1|t']

type Act = string | number | ((rig: Rig) => void)

/** Types texts, calls functions, and lets ms pass, in order. */
const scene = (acts: readonly Act[], options?: RigOptions & { readonly broker?: 'memory' }): Scene => ({
  ...(options && { options }),
  async plays(rig) {
    for (const act of acts) {
      if (typeof act === 'string') await types(rig, act)
      else if (typeof act === 'number') await rig.advance(act)
      else {
        act(rig)
        await rig.advance(0)
      }
    }
  },
})

const fault =
  (name: string, params = {}) =>
  (rig: Rig): void =>
    void rig.fault(name, params)
const slowConnect = [fault('connection-refused', { afterMs: 5000 }), connects]
const withPin = { simPin: '1234' }

/** By the ID of the requirement: a run that relies on it. */
export const scenes: Readonly<Record<string, Scene>> = {
  '2.2.1-r7': scene(['AT+CMQTTSTART=?']),
  '2.2.1-r8': scene(['AT+CMQTTSTART?']),
  '2.2.2-r6': scene(['AT+CMQTTSTOP=?']),
  'state-3': scene([(rig) => rig.network('down'), 'AT+CMQTTSTART']),
  'state-4': scene(['AT+CGDCONT=1,"IP","refused"', 'AT+CGACT=0,1', 'AT+CMQTTSTART']),
  'state-5': scene([...acquired, 'AT+CMQTTSTOP']),
  'state-6': scene([...acquired, 'AT+CMQTTACCQ=0,"me"']),
  'state-7': scene(['AT+CMQTTSTART', 'AT+CMQTTREL=0']),
  'state-8': scene([...connected, 'AT+CMQTTREL=0']),
  'state-9': scene(['AT+CMQTTSTART', 'AT+CMQTTSUB=0,1,1']),
  'state-10': scene([...acquired, ...slowConnect, 'AT+CMQTTWILLTOPIC=0,1']),
  'state-12': scene([...connected, 'AT+CMQTTSSLCFG=0,1']),
  'state-13': scene([...acquired, ...slowConnect, connects]),
  'state-14': scene([...connected, connects]),
  'state-15': scene([...acquired, 'AT+CMQTTDISC=0,60']),
  'state-16': scene([...acquired, ...slowConnect, 'AT+CMQTTDISC=0,60']),
  'state-17': scene([...acquired, 'AT+CMQTTSUB=0,1,1']),
  'state-18': scene([...acquired, ...staged]),
  'state-19': scene([...connected, ...staged, fault('server-silent'), 'AT+CMQTTPUB=0,1,60', 'AT+CMQTTTOPIC=0,1']),
  'state-21': scene([...connected, 'AT+CMQTTPUB=0,1,60']),
  'state-23': scene([...connected, 'AT+CMQTTTOPIC=0,1', (rig) => rig.data(Buffer.of(0xff))]),
  'state-25': scene([...connected, 'AT+CMQTTTOPIC=0,1|#']),
  'state-26': scene([...connected, 'AT+CMQTTSUB=0,2,1|a#']),
  'state-27': scene([...acquired, 'AT+CMQTTTOPIC=2,1']),
  'conn-2': scene([...acquired, 'AT+CMQTTWILLTOPIC=0,1|w', connects]),
  'conn-3': scene([...acquired, 'AT+CMQTTWILLMSG=0,1,1|w', connects]),
  'conn-4': scene([...acquired, 'AT+CMQTTWILLTOPIC=0,1|w', 'AT+CMQTTWILLMSG=0,1,1|w', connects]),
  'conn-5': scene([...connected, 'AT+CMQTTWILLTOPIC=0,1|w']),
  'conn-7': scene([...acquired, 'AT+CMQTTCONNECT=0,"tcp://[::1]:1883",60,1']),
  'conn-9': scene([...acquired, 'AT+CMQTTCONNECT=0,"{broker}",60,1,"user"']),
  'conn-11': scene([...acquired, fault('dns-failure'), connects]),
  'conn-12': scene([...acquired, fault('connection-refused'), connects]),
  'conn-13': scene([...acquired, fault('server-silent'), connects, 100_000]),
  'conn-14': scene([...acquired, fault('server-silent'), 'AT+CMQTTCONNECT=0,"{broker}",1000,1', 130_000]),
  'conn-15': scene([...acquired, fault('server-silent'), connects, fault('malformed-packet')]),
  'conn-16': scene([...acquired, fault('connack-refused', { code: 5 }), connects]),
  'conn-18': scene([...acquired, fault('server-silent'), connects, (rig) => rig.network('down')]),
  'conn-19': scene(['AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"me",1', fault('tls-alert'), connects]),
  'tls-18': scene(['AT+CSSLCFG="authmode",0,1', 'AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"me",1', connects]),
  'conn-23': scene([...connected, fault('socket-closed')]),
  'conn-24': scene([...connected, fault('socket-reset')]),
  'conn-25': scene([...acquired, 'AT+CMQTTCFG="optimeout",0,20', connects, fault('server-silent'), 85_000]),
  'conn-26': scene([...connected, fault('malformed-packet')]),
  'conn-28': scene([...connected, (rig) => rig.network('down')]),
  'conn-31': scene([...connected, 'AT+CMQTTDISC=0']),
  'conn-33': scene([
    ...connected,
    ...staged,
    fault('socket-congested'),
    'AT+CMQTTPUB=0,0,60',
    61_000,
    'AT+CMQTTDISC=0,60',
    61_000,
  ]),
  'conn-37': scene([...acquired, (rig) => rig.network('down')]),
  'conn-38': scene([...connected, (rig) => rig.network('down'), 'AT+CMQTTPAYLOAD=0,1']),
  'conn-42': scene([(rig) => rig.network('silent')]),
  'conn-46': scene([...connected, (rig) => rig.power('off')]),
  'life-22': scene([
    ...acquired,
    'AT+CMQTTCONNECT=0,"{broker}",60,0',
    'AT+CMQTTDISC=0,60',
    'AT+CMQTTCONNECT=0,"{broker}",60,0',
  ]),
  'life-27': scene([...connected, ...staged, fault('server-silent'), 'AT+CMQTTPUB=0,1,60', fault('socket-reset')]),
  'pub-3': scene([...connected, ...staged, fault('server-silent'), 'AT+CMQTTPUB=0,1,60', 61_000]),
  'pub-9': scene([...connected, 'AT+CMQTTSUB=0,1,1,1|t']),
  'pub-17': scene([...connected, 'AT+CMQTTSUB?']),
  'recv-1': scene([...subscribed, (rig) => rig.broker.publish('t', 'x')]),
  'recv-3': scene([...subscribed, (rig) => rig.broker.publish('t', 'x'.repeat(1501))]),
  'prof-38': scene(
    [...acquired, 'AT+CMQTTCFG="argtopic",0,1', connects, 'AT+CMQTTSUB=0,"t",1', (rig) => rig.broker.publish('t', 'x')],
    { profile: 'a76xx' },
  ),
  'line-1': scene(['AT', (rig) => void rig.client(), 1000]),
  'line-20': scene(['hello']),
  'line-29': scene(['ATE1', ...connected.slice(1), ...staged]),
  'line-36': scene([...connected, 'AT+CMQTTTOPIC=0,1', (rig) => rig.urc('RING')]),
  'line-65': scene([...connected, 'AT+CMQTTTOPIC=0,1', 121_000]),
  'device-2': scene(['AT'], { timing: 'real' }),
  'device-3': scene([(rig) => rig.reset()], withPin),
  'device-5': scene([(rig) => rig.sim('remove')]),
  'device-6': scene(['AT+CFUN=4']),
  'device-7': scene(['AT+CFUN=4', 'AT+CFUN=1']),
  'device-8': scene(['AT+CRESET']),
  'device-9': scene(['AT+CPOF']),
  'cme-4': scene(['AT+CPIN=1234']),
  'cme-5': scene(['AT+CFUN=6']),
  'cme-6': scene(['AT+CTZU=3', 'AT+CCLK="26/01/01,00:00:00+00"']),
  'cme-7': scene([(rig) => rig.sim('remove'), 'AT+CPIN?']),
  'cme-8': scene(['AT+CIMI'], withPin),
  'cme-9': scene(['AT+CFUN=0', 'AT+CPIN?']),
  'cme-10': scene([(rig) => rig.sim('busy'), 'AT+CPIN?']),
  'cme-11': scene(['AT+CPIN=9999'], withPin),
  'cme-12': scene([(rig) => rig.network('down'), 'AT+CGACT=1,1']),
  'cme-13': scene(['AT+CGACT=0,1'], { profile: 'a76xx' }),
  'cme-14': scene(['AT+COPS=1,2,"46000"']),
  'cme-15': scene(['AT+CGDCONT=2,"IP","refused"', 'AT+CGACT=1,2']),
  'cme-16': scene(['AT+CLCK="SC",0,"1234"']),
  'cme-17': scene(['AT+CGACT=1,9']),
}
