import { expect, test } from 'vitest'
import { serveMetrics } from '../../src/cli/fleet/metrics-server.ts'
import { mergeSnapshots } from '../../src/fleet/metrics/merge.ts'
import { stormySnapshots } from './stormy-run.ts'

test('a Prometheus server reads the totals until now at /metrics, and nothing else', async () => {
  const totals = mergeSnapshots(stormySnapshots())
  const server = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => totals)
  try {
    const response = await fetch(server.url)
    const lines = (await response.text()).split('\n')
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    for (const line of [
      'atmqtt_fleet_publish_acked_total 4000',
      'atmqtt_fleet_connection_lost_total{cause="CONNLOST 1"} 50',
      'atmqtt_fleet_storm_modules{storm="north",state="back"} 49',
      'atmqtt_fleet_modules_up 99',
    ])
      expect(lines).toContain(line)
    expect((await fetch(new URL('/', server.url))).status).toBe(404)
  } finally {
    server.close()
  }
})
