import { describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { mosquittoMissing } from '../support/programs/mosquitto.ts'
import { until } from '../support/until.ts'
import { type Side, World } from './run-program.ts'

/** `mqtt_sub` and several `mqtt_pub`, which are MQTT.js's own: what the one prints, how the others end. */
async function session(side: Side) {
  const world = await World.start(side, 2)
  const bin = `node_modules/${side === 'mqttjs' ? 'mqttjs' : 'mqtt'}/build/bin`
  const { host, port } = world.broker
  const at = ['-h', host, '-p', `${port}`]
  const sub = world.start(`${bin}/sub.js`, [...at, '-t', 'own/#', '-v', '-q', '1', '-i', 'own-sub'], [0])
  const pub = async (args: readonly string[], input = '', server = at) => {
    const program = world.start(`${bin}/pub.js`, [...server, ...args], [1])
    program.child.stdin.end(input)
    return { args, code: await program.ended, out: program.out }
  }
  const ended = [await pub(['-t', 'own/ready', '-m', 'now', '-q', '1', '-r'])]
  await until(() => sub.out.includes('own/ready now'), `a subscription; ${sub.err}`)
  ended.push(await pub(['-t', 'own/plain', '-m', 'hello']))
  ended.push(await pub(['-t', 'own/twice', '-m', 'grüße', '-q', '2', '-i', 'own-pub', '-k', '30']))
  ended.push(await pub(['own/words', 'as arguments']))
  ended.push(await pub(['-s', '-t', 'own/input', '-q', '1'], 'all of\nit'))
  ended.push(await pub(['-s', '-M', '-t', 'own/lines'], 'one\ntwo\nthree\n'))
  const will = ['--will-topic', 'own/will', '--will-message', 'gone', '--will-qos', '1', '--will-retain']
  ended.push(await pub(['-t', 'own/last', '-m', '', '-q', '1', ...will]))
  await until(() => sub.out.includes('own/last'), 'the last message')
  ended.push(await pub(['-t', 'own/nowhere', '-m', 'x'], '', ['-h', host, '-p', `${await freePort()}`]))
  sub.child.kill()
  const observed = await world.end()
  return { side, sub: sub.out.split('\n').sort(), err: sub.err, ended, observed }
}

describe.skipIf(mosquittoMissing)("MQTT.js's own mqtt_pub and mqtt_sub", () => {
  test('print and publish the same through the module', async () => {
    const [theirs, ours] = await Promise.all([session('mqttjs'), session('driver')])
    expect(theirs.ended.map(({ code }) => code)).toEqual(theirs.ended.map(() => 0))
    expect(theirs.sub).toContain('own/lines three')
    expect(ours.ended, ours.err).toEqual(theirs.ended)
    expect(ours.sub, ours.err).toEqual(theirs.sub)
    expect(ours.observed).toEqual(theirs.observed)
  })
})
