import { expect, test } from 'vitest'
import { compiled, runModule } from '../testing/child.ts'
import { pinoLog } from './log-pino.ts'

test('one line of JSON a call, from the level on', () => {
  const lines: string[] = []
  const log = pinoLog({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  log.log('debug', 'unheard')
  log.log('warn', 'dropped a message', { bytes: 11_000 })
  expect(lines).toHaveLength(1)
  const { time, ...rest } = JSON.parse(lines[0] ?? '')
  expect(rest).toEqual({ level: 'warn', bytes: 11_000, msg: 'dropped a message' })
  expect(new Date(time).toISOString()).toBe(time)
  expect(lines[0]).toMatch(/^[^\n]*\n$/)
})

test('goes to standard error, and nothing is lost when the process exits at once', async () => {
  const { folder, remove } = compiled()
  const code = `import { pinoLog } from './runtime/log-pino.js'
    pinoLog({ level: 'error' }).log('error', 'the last words')
    process.exit(3)`
  const child = runModule(code, folder, { stdio: ['ignore', 'ignore', 'pipe'] })
  expect(await child.exited).toBe(3)
  expect(JSON.parse(child.output()).msg).toBe('the last words')
  remove()
})
