import { describe, expect, test } from 'vitest'
import { mosquittoMissing } from '../support/programs/mosquitto.ts'
import type { Observed } from './broker-observer.ts'
import { type Side, World } from './run-program.ts'

interface Case {
  readonly program: string
  readonly file?: string
  /** How many clients it has at once: each has a module. */
  readonly clients: number
  /** The observations that it prints. */
  readonly prints: number
  /** What is compared of what came to the broker; without it, all. */
  readonly compared?: (observed: Observed) => unknown
}

/** Identifiers of requests are random, and how often a node says that it lives depends on time. */
const topicsOf = (observed: Observed): readonly string[] => [...new Set(Object.keys(observed).map(withoutIds))].sort()
const withoutIds = (topic: string): string => topic.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
const without = (observed: Observed, topics: readonly string[]): Observed =>
  Object.fromEntries(Object.entries(observed).filter(([topic]) => !topics.includes(topic)))

const cases: readonly Case[] = [
  { program: 'plain', file: 'plain.mjs', clients: 2, prints: 23, compared: (each) => without(each, ['plain/a']) },
  { program: 'async-mqtt', clients: 2, prints: 9 },
  { program: 'mqtt-router', clients: 1, prints: 5 },
  { program: 'mqtt-json-rpc', clients: 2, prints: 9, compared: topicsOf },
  { program: 'homie-device', clients: 1, prints: 3, compared: (each) => without(each, ['homie/lamp/$stats/uptime']) },
  { program: 'nest', clients: 2, prints: 9, compared: topicsOf },
  { program: 'moleculer', clients: 2, prints: 6, compared: topicsOf },
  // These are sent again and again until the subscription is there.
  { program: 'node-red', clients: 1, prints: 5, compared: (each) => without(each, ['nr/in/ready', 'nr/more']) },
]

/** A program, to its end. */
async function outcome(side: Side, { program, clients, file = `${program}.cjs` }: Case) {
  const world = await World.start(side, clients)
  const running = world.start(`programs/${file}`)
  const late = setTimeout(() => running.child.kill('SIGKILL'), 60_000)
  const code = await running.ended
  clearTimeout(late)
  const observed = await world.end()
  const prints = running.out.trim().split('\n')
  return { program, side, code, prints, err: running.err, observed }
}

describe.skipIf(mosquittoMissing)('a program that was written for MQTT.js does the same on the driver', () => {
  test.each(cases)('$program', async (each) => {
    const [theirs, ours] = await Promise.all([outcome('mqttjs', each), outcome('driver', each)])
    expect(theirs, theirs.err).toMatchObject({ code: 0 })
    expect(theirs.prints, theirs.err).toHaveLength(each.prints)
    expect(ours.prints, ours.err).toEqual(theirs.prints)
    expect(ours.code, ours.err).toBe(0)
    const compared = each.compared ?? ((observed: Observed) => observed)
    expect(Object.keys(theirs.observed).length).toBeGreaterThan(1)
    expect(compared(ours.observed)).toEqual(compared(theirs.observed))
  })
})
