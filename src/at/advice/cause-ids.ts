/**
 * Command and `<err>` or ERROR, `*` for any, then the ids of the causes that show themselves so, as the examples of the
 * rules of `explain/` have it: a test writes and compares it.
 */
const table = `
* 1 err-1
* 10 err-10
* 11 err-11
* 12 err-12
* 13 err-13
* 14 err-14
* 15 err-15
* 16 err-16
* 17 err-17
* 18 err-18
* 19 err-19
* 2 err-2
* 20 err-20
* 21 err-21
* 22 err-22
* 23 err-23
* 24 err-24
* 25 err-25
* 26 err-26
* 27 err-27
* 28 err-28
* 29 err-29
* 3 err-3
* 30 err-30
* 31 err-31
* 32 err-32
* 33 err-33
* 34 err-34
* 35 err-35
* 4 err-4
* 5 err-5
* 6 err-6
* 7 err-7
* 8 err-8
* 9 err-9
+CMQTTACCQ 19 host-restarted
+CMQTTACCQ ERROR service-reads-refused order quotes args other-dialect firmware-differs
+CMQTTCONECT ERROR typo
+CMQTTCONNECT 12 scheme
+CMQTTCONNECT 15 tls-sni
+CMQTTCONNECT 17 server-silent
+CMQTTCONNECT 24 not-mqtt
+CMQTTCONNECT 25 dns
+CMQTTCONNECT 26 tls-client-missing tls-port server-closed
+CMQTTCONNECT 27 mqtt-version
+CMQTTCONNECT 28 client-id-refused
+CMQTTCONNECT 29 server-unavailable
+CMQTTCONNECT 3 private-address unreachable
+CMQTTCONNECT 30 login
+CMQTTCONNECT 31 not-authorized
+CMQTTCONNECT 32 tls-sni tls-clock tls-ca tls-chain-big tls-port tls-handshake
+CMQTTCONNECT 33 tls-file
+CMQTTCONNECT 34 tls-pem
+CMQTTCONNECT ERROR private-address scheme args
+CMQTTCONNLOST 1 policy duplicate-id periodic-drop
+CMQTTDISC 11 nothing-to-end
+CMQTTPUB 6 disc-before-result
+CMQTTPUB ERROR args
+CMQTTSTART 1 start-early
+CMQTTSTART 23 host-restarted
+CMQTTSTART 9 apn-refused
+CMQTTSTART ERROR started-twice
+CMQTTSTOP 19 held-client
+CMQTTSTOP 9 nothing-to-end
+CMQTTSUB 11 order
+CMQTTSUB 6 disc-before-result policy
+CMQTTTOPIC 11 connect-ok-taken
+CMQTTTOPIC 14 busy
CME * cme-error
CME 10 sim-absent
CME 11 sim-pin
CME 111 reg-denied
CME 13 reset-held sim-early sim-failure
CME 133 apn-refused
CME 14 sim-early
CME 16 sim-pin-wrong
`

const ids: ReadonlyMap<string, readonly string[]> = new Map(
  table
    .trim()
    .split('\n')
    .map((row) => row.split(' '))
    .map(([command, code, ...causes]) => [`${command} ${code}`, causes]),
)

/**
 * The causes of a failure, by the ids of `atmqtt explain`; those that say no more than what failed at the end. `command`:
 * its name, `+CMQTTPUB`, or `CME` with the number of a `+CME ERROR`. None is known: an empty list.
 */
export const causeIds = (command: string, code: number | 'ERROR'): readonly string[] => [
  ...(ids.get(`${command} ${code}`) ?? []),
  ...(ids.get(command === 'CME' ? 'CME *' : `* ${code}`) ?? []),
]
