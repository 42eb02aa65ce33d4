import { expect, test } from 'vitest'
import { MqttClient } from '../../src/driver/node.ts'
import { beyond, bothNames, emitterMethods, kinds, lacking } from '../support/driver/mqttjs-names.ts'

const { theirs, ours } = bothNames()
const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name)).sort()

test('the compiler has found the names', () => {
  expect(theirs.exports).toContain('IClientOptions')
  expect(theirs.members).toEqual(expect.arrayContaining(['publishAsync', 'options', 'queue']))
  expect(theirs.options.length).toBeGreaterThan(50)
  expect(ours.options).toEqual(expect.arrayContaining(['path', 'will', 'log']))
})

test.each(kinds)('%s: what MQTT.js has, the driver has, or a reason stands beside it', (kind) => {
  expect(without(theirs[kind], ours[kind])).toEqual(Object.keys(lacking[kind]).sort())
})

test.each(kinds)('%s: what the driver has and MQTT.js has not is listed', (kind) => {
  const own = beyond[kind]
  if (own !== 'anything') expect(without(ours[kind], theirs[kind])).toEqual([...own].sort())
})

test("the emitter's methods are there", () => {
  for (const name of emitterMethods) expect(MqttClient.prototype).toHaveProperty(name)
})
