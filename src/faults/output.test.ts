import { expect, test } from 'vitest'
import type { Command } from '../at/commands/command.ts'
import { mqttCommands } from '../at/commands/mqtt/mqtt-commands.ts'
import { hasDeferredResult } from '../at/commands/results.ts'
import { profiles } from '../at/profiles/profiles.ts'
import { deferredResult } from './output.ts'

test.each(Object.values(profiles))('the deferred results of $name are found, whatever their names', ({ mqtt }) => {
  const commands: readonly Command[] = Object.values(mqttCommands(mqtt))
  const deferring = commands.filter(hasDeferredResult)
  expect(deferring.length).toBeGreaterThan(5)
  for (const { name, write = {} } of deferring) {
    const ofClient = Object.values(write).some(({ params }) => 'clientIndex' in params)
    const result = `\r\n${name}: ${ofClient ? '0,0' : '0'}\r\n`
    expect(deferredResult.exec(result)?.[0]).toBe(result)
    expect(deferredResult.test(`${result}\r\nERROR\r\n`)).toBe(false)
  }
})
