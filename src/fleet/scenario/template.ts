/** What `atmqtt fleet init` writes. */
export const scenarioTemplate = `# A scenario of atmqtt fleet.
# Check it with "atmqtt fleet check FILE", run it with "atmqtt fleet run FILE".
# For completion in an editor: atmqtt fleet schema > fleet.schema.json
# yaml-language-server: $schema=fleet.schema.json

name: Region drops and returns
seed: 1                       # the same seed, the same order of things

# embedded (the run brings its own), mqtt://HOST[:PORT] or mqtts://HOST[:PORT].
# A server that is not on this machine also needs: --target HOST
broker: embedded
timing: instant               # real: with the times that registration, boot and commands take
# sources: [127.0.0.2, 127.0.0.3]   # addresses that connections come from, 28,000 each

groups:
  - name: meters
    count: 200
    profile: sim767x          # a built-in profile, or a file
    host: lean                # lean, driver (atmqtt/driver and its recovery), or transcript
    place: {north: 50%, south: 50%}
    clientId: "meter-{index}" # {index} {module} {imei} {run} {group}
    keepAlive: 60s
    clean: true
    reconnect: driver         # or none (a herd), never, {fixed: 5s, jitter: 1s}, {first: 1s, longest: 60s}
    # will: {topic: "gone/{client}", payload: gone, qos: 1}
    # tls: {ca: ca.pem, authority: authority}   # or cert: "certs/{client}.pem", key: "certs/{client}.key"

phases:
  - name: ramp
    duration: 5s
    do:
      - verify: {}            # a subscriber counts what arrives, doubled or lost
      - connect: {rate: 100/s}
  - name: steady
    duration: 20s
    do:
      - publish: {every: 5s, jitter: 1s, qos: 1, size: 64}
    storm:
      # also: nat, halfOpen, dns, certificateExpiry, clockSkew, duplicateIds, brokerRestart
      - region: {place: north, at: 5s, for: 5s, network: down}
  - name: drain
    duration: 5s

expect:                       # a missed one ends the run with exit code 1
  - received.lost == 0
  - name: all are back
    that: connected.up == modules
  - recovery.t95 < 10s
  - generator.valid == true
`
