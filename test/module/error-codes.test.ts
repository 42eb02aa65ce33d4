import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { lossCauses, mqttErrors } from '../../src/at/public.ts'
import { closeAll } from '../../src/io/tls/testing-tls.ts'
import { errorCodesPage, type Played } from '../support/error-codes/error-codes-page.ts'
import { byFaults, unreachable } from '../support/error-codes/provoked-by-faults.ts'
import { byHosts } from '../support/error-codes/provoked-by-hosts.ts'
import { byServers } from '../support/error-codes/provoked-by-servers.ts'
import { Stage } from '../support/error-codes/stage.ts'
import { tagOf } from '../support/requirements/requirements.ts'

const scenes = [...byHosts, ...byServers, ...byFaults]
const played: Played[] = []
afterEach(closeAll)

const ending = (code: number): RegExp => new RegExp(`^\\+CMQTT[A-Z]+: (\\d,)?${code}$`)

describe('each scene ends with its code', () => {
  const shows = ({ code, cause }: (typeof scenes)[number]) =>
    tagOf([code === undefined ? `urc-${cause! + 1}` : `err-${code}`])
  test.each(
    scenes.map((scene) => [scene.code ?? `cause ${scene.cause}`, scene.by, scene.how, shows(scene), scene] as const),
  )('%s, by %s: %s%s', async (_, __, ___, ____, scene) => {
    const stage = await Stage.open(scene.profile ?? 'sim767x', scene.given)
    try {
      await scene.play(stage)
      const pattern =
        scene.cause === undefined ? ending(scene.code!) : new RegExp(`^\\+CMQTTCONNLOST: 0,${scene.cause}$`)
      expect(stage.results().some((line) => pattern.test(line))).toBe(true)
      played.push({ ...scene, script: stage.script() })
    } finally {
      await stage.close()
    }
  })
})

test('the fault error-code gives every code', async () => {
  const stage = await Stage.open('sim767x', 'started')
  for (const code of mqttErrors.keys()) {
    if (code === 0) continue
    const id = stage.faults.start('error-code', { command: 'PUB', code })
    await stage.says('AT+CMQTTPUB=0,0,60', `+CMQTTPUB: 0,${code}`, 'ERROR')
    stage.faults.stop(id)
  }
  await stage.says('AT+CMQTTPUB=0,0,60', '+CMQTTPUB: 0,20', 'ERROR')
  await stage.close()
})

test('the page shows how, from what was said (UPDATE=1 npm test writes it)', (context) => {
  context.skip(played.length < scenes.length, 'not all scenes were played')
  const file = new URL('../../docs/reference/error-codes.md', import.meta.url)
  const fresh = errorCodesPage(played)
  if (process.env.UPDATE) writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
})

test('every code and every cause is provoked: by an action, or, where no action leads to it, by a fault alone', () => {
  const actions = new Set(scenes.filter(({ by }) => by === 'action').map(({ code }) => code))
  const faults = new Set(scenes.filter(({ by }) => by === 'fault').map(({ code }) => code))
  for (const code of mqttErrors.keys())
    expect([code, code in unreachable ? faults.has(code) : actions.has(code)]).toEqual([code, true])
  for (const code of Object.keys(unreachable)) expect(actions.has(Number(code))).toBe(false)
  const causes = scenes.filter(({ by }) => by === 'action').map(({ cause }) => cause)
  expect(causes.filter((cause) => cause !== undefined)).toEqual(Object.values(lossCauses))
})
