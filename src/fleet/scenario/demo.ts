/** What `fleet run --demo` runs: a region that comes back with and without back-off, and a broker that restarts. */
export const demoScenario = `name: "Demo: a region drops and returns, then the broker restarts"
broker: embedded
groups:
  - {name: patient, count: 100, place: {north: 50%, south: 50%}, reconnect: driver}
  - {name: herd, count: 100, place: {north: 50%, south: 50%}, reconnect: none}
phases:
  - name: ramp
    duration: 5s
    do:
      - verify: {}
      - connect: {over: 4s}
  - name: region
    duration: 16s
    do:
      - publish: {every: 4s, jitter: 1s}
    storm:
      - region: {name: north is gone, place: north, at: 3s, for: 5s, network: down}
  - name: restart
    duration: 16s
    do:
      - publish: {every: 4s, jitter: 1s}
    storm:
      - brokerRestart: {name: the broker restarts, at: 3s, down: 2s}
  - {name: drain, duration: 5s}
expect:
  - received.lost <= 1% of publish.acked   # a broker without a memory loses what it had not passed on
  - connected.up == modules
  - generator.valid == true
`
