/** A log to look at, as somebody might have pasted it. */
export interface DemoLog {
  /** `apn.log` */
  readonly name: string
  /** What it is. */
  readonly title: string
  readonly text: string
}

/** A serial monitor with times; the sketch's own words between the commands, each command twice: sent, and echoed. */
const apn = `
09:41:02.118 -> Modem is starting...
09:41:12.540 -> AT
09:41:12.540 -> AT
09:41:12.553 ->
09:41:12.553 -> OK
09:41:12.604 -> AT+CPIN?
09:41:12.604 -> AT+CPIN?
09:41:12.641 ->
09:41:12.641 -> +CPIN: READY
09:41:12.641 ->
09:41:12.641 -> OK
09:41:12.702 -> AT+CSQ
09:41:12.702 -> AT+CSQ
09:41:12.730 ->
09:41:12.730 -> +CSQ: 19,99
09:41:12.730 ->
09:41:12.730 -> OK
09:41:12.811 -> AT+CGDCONT=1,"IP","YourAPN"
09:41:12.811 -> AT+CGDCONT=1,"IP","YourAPN"
09:41:12.846 ->
09:41:12.846 -> OK
09:41:13.902 -> AT+CEREG?
09:41:13.902 -> AT+CEREG?
09:41:13.931 ->
09:41:13.931 -> +CEREG: 0,2
09:41:13.931 ->
09:41:13.931 -> OK
09:41:13.932 -> waiting for network . . .
09:41:23.944 -> AT+CEREG?
09:41:23.944 -> AT+CEREG?
09:41:23.973 ->
09:41:23.973 -> +CEREG: 0,1
09:41:23.973 ->
09:41:23.973 -> OK
09:41:24.105 -> AT+CMQTTSTART
09:41:24.105 -> AT+CMQTTSTART
09:41:24.137 ->
09:41:24.137 -> +CMQTTSTART: 9
09:41:24.137 ->
09:41:24.137 -> ERROR
09:41:24.138 -> MQTT start failed, retry in 5 s
`

/** A program for the ESP32: its logger, with colours, in front of each line. */
const tls = `
I (312) app: build 4f2c, key 17 in slot 0
I (10421) modem: >> AT+CGMM
I (10440) modem: << A7670E-FASE
I (10441) modem: << OK
I (10450) modem: >> AT+CCLK?
I (10472) modem: << +CCLK: "26/03/14,10:22:08+04"
I (10473) modem: << OK
I (10480) modem: >> AT+CSSLCFG="sslversion",0,4
I (10502) modem: << OK
I (10510) modem: >> AT+CSSLCFG="authmode",0,1
I (10533) modem: << OK
I (10540) modem: >> AT+CSSLCFG="cacert",0,"root.pem"
I (10561) modem: << OK
I (10570) modem: >> AT+CMQTTSTART
I (10604) modem: << OK
I (10640) modem: << +CMQTTSTART: 0
I (10650) modem: >> AT+CMQTTACCQ=0,"greenhouse-7",1
I (10671) modem: << OK
I (10680) modem: >> AT+CMQTTSSLCFG=0,0
I (10702) modem: << OK
I (10710) modem: >> AT+CMQTTCONNECT=0,"tcp://8d2f1c.s1.eu.hivemq.cloud:8883",60,1,"greenhouse","tomato-42"
I (10733) modem: << OK
I (13980) modem: << +CMQTTCONNECT: 0,32
E (13981) app: mqtt connect failed (32)
`

/** A program in Python; its log has the bytes as the language writes them. */
const early = `
2026-05-03 17:20:11,204 DEBUG write b'AT+CMQTTSTART\\r'
2026-05-03 17:20:11,239 DEBUG read b'AT+CMQTTSTART\\r\\r\\nOK\\r\\n'
2026-05-03 17:20:11,301 DEBUG read b'\\r\\n+CMQTTSTART: 0\\r\\n'
2026-05-03 17:20:11,310 DEBUG write b'AT+CMQTTACCQ=0,"meter-12",0\\r'
2026-05-03 17:20:11,342 DEBUG read b'AT+CMQTTACCQ=0,"meter-12",0\\r\\r\\nOK\\r\\n'
2026-05-03 17:20:11,350 DEBUG write b'AT+CMQTTCONNECT=0,"tcp://mqtt.meters.example:1883",60,1\\r'
2026-05-03 17:20:11,390 DEBUG read b'AT+CMQTTCONNECT=0,"tcp://mqtt.meters.example:1883",60,1\\r\\r\\nOK\\r\\n'
2026-05-03 17:20:11,391 INFO connected
2026-05-03 17:20:11,400 DEBUG write b'AT+CMQTTSUB=0,12,1\\r'
2026-05-03 17:20:11,433 DEBUG read b'AT+CMQTTSUB=0,12,1\\r\\r\\n+CMQTTSUB: 0,11\\r\\n\\r\\nERROR\\r\\n'
2026-05-03 17:20:11,434 ERROR subscribe failed
2026-05-03 17:20:12,871 DEBUG read b'\\r\\n+CMQTTCONNECT: 0,0\\r\\n'
`

const demo = (name: string, title: string, text: string): DemoLog => ({ name, title, text: text.trimStart() })

/** What `atmqtt explain --demo` shows. */
export const demoLogs: readonly DemoLog[] = [
  demo('start-fails.log', 'A serial monitor: the MQTT service does not start', apn),
  demo('handshake-fails.log', 'A program for the ESP32: TLS fails', tls),
  demo('subscribe-fails.log', 'A program in Python: a subscription fails', early),
]
