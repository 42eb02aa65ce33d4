/** What `npm run fleet -- size NAME` runs. */
export interface SizeRun {
  readonly what: string
  readonly modules: number
  /** Servers, each with its part of the modules and a run of its own: a process may not open more files than the system lets it. */
  readonly servers: number
  readonly tls: boolean
  readonly processes: number
  /** YAML of a part of so many modules; `ca`: a PEM file. */
  scenario(modules: number, ca: string): string
}

const steady = 'jitter: 5s, qos: 1, size: 64'

export const sizeRuns: Readonly<Record<string, SizeRun>> = {
  plain: {
    what: '10,000 modules at 250 connections/s, then two minutes in which each sends a message of QoS 1 in 40 s',
    ...{ modules: 10_000, servers: 1, tls: false, processes: 4 },
    scenario: (modules) => `name: ${modules} modules
groups: [{name: meters, count: ${modules}, keepAlive: 300s}]
phases:
  - {name: ramp, duration: ${Math.ceil(modules / 250) + 5}s, do: [connect: {rate: 250/s}]}
  - {name: plateau, duration: 120s, do: [publish: {every: 40s, ${steady}}]}
  - {name: drain, duration: 5s}
expect: [connected.up == modules, publish.acked == publish.intended, publish.failed == 0]
`,
  },
  tls: {
    what: '2,000 modules over TLS at 50 connections/s, then two minutes in which each sends a message of QoS 1 in 40 s',
    ...{ modules: 2000, servers: 1, tls: true, processes: 2 },
    scenario: (modules, ca) => `name: ${modules} modules over TLS
groups: [{name: meters, count: ${modules}, keepAlive: 300s, tls: {ca: ${JSON.stringify(ca)}}}]
phases:
  - {name: ramp, duration: ${Math.ceil(modules / 50) + 5}s, do: [connect: {rate: 50/s}]}
  - {name: plateau, duration: 120s, do: [publish: {every: 40s, ${steady}}]}
  - {name: drain, duration: 5s}
expect: [connected.up == modules, publish.acked == publish.intended, publish.failed == 0]
`,
  },
  idle: {
    what: '50,000 idle modules at three servers, held ten minutes behind the ramp',
    ...{ modules: 50_000, servers: 3, tls: false, processes: 3 },
    scenario: (modules) => `name: ${modules} idle modules
groups: [{name: meters, count: ${modules}, keepAlive: 900s}]
phases:
  - {name: ramp, duration: ${Math.ceil(modules / 100) + 5}s, do: [connect: {rate: 100/s}]}
  - {name: held, duration: 600s}
expect: [connected.up == modules, lost.byCause == 0]
`,
  },
  storms: {
    what: "2,000 modules of QoS 1, half of which lose their network for 20 s, and come back with the driver's back-off or at once",
    ...{ modules: 2000, servers: 1, tls: false, processes: 2 },
    scenario: (modules) => `name: Two storms
groups:
  - {name: patient, count: ${modules / 2}, reconnect: driver}
  - {name: herd, count: ${modules / 2}, reconnect: none}
phases:
  - {name: ramp, duration: 20s, do: [verify: {}, connect: {over: 15s}]}
  - name: steady
    duration: 100s
    do: [publish: {every: 10s, ${steady}, waiting: 10}]
    storm:
      - region: {name: back-off, groups: [patient], share: 50%, network: down, at: 10s, for: 20s}
      - region: {name: none, groups: [herd], share: 50%, network: down, at: 50s, for: 20s}
  - {name: drain, duration: 10s}
expect: [received.lost == 0, received.doubled == 0, connected.up == modules]
`,
  },
  soak: {
    what: '5,000 modules for 30 minutes, each with a message of QoS 1 in 30 s',
    ...{ modules: 5000, servers: 1, tls: false, processes: 2 },
    scenario: (modules) => `name: Soak with ${modules} modules
groups: [{name: meters, count: ${modules}, keepAlive: 300s}]
phases:
  - {name: ramp, duration: 60s, do: [connect: {over: 50s}]}
  - {name: steady, duration: 30m, do: [publish: {every: 30s, ${steady}}]}
  - {name: drain, duration: 5s}
expect: [connected.up == modules, publish.failed == 0, lost.byCause == 0]
`,
  },
}
