import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { session } from '../support/secrets/random-sessions.ts'
import { play } from '../support/secrets/session-outputs.ts'

/** For a long run: RUNS=20000. */
const numRuns = Number(process.env.RUNS ?? 200)

test('whatever a host sends, echoed or not, cut anywhere, URCs between, whoever watches from when on: no secret is anywhere [tls-32]', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-secrets-'))
  try {
    fc.assert(
      fc.property(session, (sent) => {
        const places = Object.entries(play(folder, sent))
        const found = sent.parts
          .flatMap(({ secrets }) => secrets)
          .flatMap((secret) =>
            places.flatMap(([place, text]) =>
              text.includes(secret) ? [`${secret} in ${place}: ${text.slice(-3000)}`] : [],
            ),
          )
        expect(found.slice(0, 1)).toEqual([])
      }),
      { numRuns },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 3_600_000)
