import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunTotals } from '../../fleet/metrics/merge.ts'
import { prometheusText, prometheusType } from '../../fleet/report/prometheus.ts'
import { errorText, SetupError } from '../../io/setup-error.ts'
import type { HostPort } from '../../launch/addresses.ts'

export interface MetricsServer {
  readonly url: string
  close(): void
}

/** Answers `GET /metrics` for a Prometheus server. */
export async function serveMetrics({ host, port }: HostPort, totals: () => RunTotals): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics\n')
      return
    }
    void prometheusText(totals()).then((text) => response.writeHead(200, { 'content-type': prometheusType }).end(text))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  }).catch((error: unknown) => {
    throw new SetupError('inUse', `--prometheus ${host}:${port} can't be opened (${errorText(error)}): give another.`)
  })
  const { port: opened } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${opened}/metrics`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
