const up = '< QCRDY\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"a",0\n< OK\n'
const connect = '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n'
const connected = `${connect}< +CMQTTCONNECT: 0,0\n`
const registered = '> AT+CEREG?\n< +CEREG: 0,1\n< OK\n'
const tls = (settings: readonly string[], host: string, result: string) =>
  `${settings.map((setting) => `> AT+CSSLCFG=${setting}\n< OK\n`).join('')}> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://${host}:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,${result}`
const aws = 'a1b2c3-ats.iot.eu-west-1.amazonaws.com'
const atEachTime = (question: string, answer: string, times: number) =>
  Array.from({ length: times }, () => `> AT${question}\n${answer}`).join('\n@+5s\n')

/**
 * Sessions for the ways of a rule that none of its own examples goes, by id and number of the way. Rules that say what a
 * code means have theirs in the test of every code.
 */
export const wayExamples: Readonly<Record<string, string>> = {
  'brown-out 2': '> AT\n< OK\n< UNDER-VOLTAGE WARNNING',
  'brown-out 3': '> AT\n< OK\n# modem: under-voltage warning',
  'no-answer 2': '# Initializing modem\n@+9s\n# Failed to restart modem, delaying 10 s',
  'answers-late 2': '> AT+CSQ\n@+7s\n< +CSQ: 20,99\n< OK\n> AT+CGMM\n@+8s\n< SIM7672G\n< OK',
  'two-writers 3': '# could not open /dev/ttyUSB2: device or resource busy\n> AT\n@+1s\n> AT',
  'two-writers 4':
    '> AT+CMQTTPUB=0,1,60\n< AT+COPS?\n< +COPS: 0,0,"op",7\n< OK\n> AT+CMQTTTOPIC=0,4\n< AT+CEREG=2\n< OK\n> AT+CSQ',
  'wrong-baud 2':
    '> AT\n< \xfe\xfe\x80\x80\xff\n< \x80\xff\xfe\x00\xfe\n< OK\n< \xfe\xff\x80\x80\xff\n< \x80\xfe\xfe\x00\xfe\n< \xfe\xfe\x80\x80\xff',
  'baud-high 1': '> AT\n< OK\n> AT+IPR=921600\n< OK\n> AT\n< \xfe\xfe\x80\x80\xff\n> AT+CSQ\n< +CSQ: 20,99\n< OK',
  'prompt-missing 2': '> AT\n< OK\n> AT+CMQTTTOPIC=0,9\n@+9s\n# host gone from 127.0.0.1:4000',
  'prompt-missing 3': '> AT+CMQTTTOPIC=0,3\n< >\n>> a/b\n< OK\n> AT+CMQTTPAYLOAD=0,2\n@+1s\n>> on\n@+5s\n> AT\n< OK',
  'length-mismatch 2': `${up}> AT+CMQTTTOPIC=0,3\n< >\n>> a/b/and/more\n< OK\n< ERROR`,
  'sim-early 2': `> AT+CPIN?\n< +CME ERROR: SIM busy\n@+9s\n${registered}`,
  'sim-absent 3': '> AT\n< OK\n# SIM card not detected',
  'sim-loop 4': `${up}@+20s\n< +CPIN: NOT INSERTED`,
  'sim-puk 2': '> AT+CPIN?\n< +CME ERROR: SIM PUK required',
  'sim-failure 3': atEachTime('+CPIN?', '< +CME ERROR: SIM busy', 3),
  'sim-failure 4': '> AT+CPIN?\n< +CME ERROR: SIM busy',
  'no-antenna 3': '# Signal quality: 99\n@+9s\n# Signal quality: 99\n@+9s\n# Signal quality: 99\n> AT\n< OK',
  'radio-off 3': '> AT+CGATT=1\n< +CME ERROR: the modem is in minimal function',
  'reg-denied 4': '> AT\n< OK\n# Network registration was denied',
  'reg-stuck 2': '# SIM reactivated by the operator\n> AT+CREG?\n< +CREG: 0,3\n< OK',
  'reg-searching 1': atEachTime('+CREG?', '< +CREG: 0,2\n< OK', 6),
  'reg-searching 3': '> AT+CGATT=1\n< +CME ERROR: no network service',
  'reg-searching 4': '> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 7',
  'reg-searching 6': '> AT\n< OK\n# Waiting for network... fail',
  'apn-placeholder 2': '> AT+CGDCONT?\n< +CGDCONT: 1,"IP","YourAPN","0.0.0.0",0,0\n< OK',
  'apn-placeholder 3': '> AT+CSTT="your_apn","",""\n< OK',
  'apn-refused 3': `${registered}> AT+CGACT=1,1\n< ERROR`,
  'no-address 2': `${registered}> AT+NETOPEN\n< OK\n@+9s\n< +NETOPEN: 1`,
  'no-address 3': `${registered}> AT+NETOPEN\n< ERROR`,
  'no-address 4': '> AT+CIPOPEN=0,"TCP","203.0.113.9",80\n< +IP ERROR: Network not opened\n< ERROR',
  'pdn-cid 2': '> AT+CGPADDR\n< +CGPADDR: 1,0.0.0.0\n< +CGPADDR: 2,10.2.3.4\n< OK',
  'bearer-lost 3': `${up}${connected}@+60s\n< +CMQTTCONNLOST: 0,3`,
  'already-so 2': '> AT+NETOPEN\n< +IP ERROR: Network is already opened\n< ERROR',
  'already-so 3':
    '> AT+NETOPEN\n< OK\n< +NETOPEN: 0\n> AT+NETOPEN?\n< +NETOPEN: 1\n< OK\n> AT+IPADDR\n< +IPADDR: 10.2.3.4\n< OK',
  'dns 3': '> AT+CIPOPEN=0,"TCP","brocker.example",80\n< +IP ERROR: Dns query failed\n< ERROR',
  'host-restarted 2': '> AT\n< OK\n> AT+CMQTTSTART\n< ERROR\n> AT+CMQTTACCQ=0,"dev-1",0\n< OK',
  'host-restarted 5': '> AT+CMQTTSTOP\n< +CMQTTSTOP: 21\n< ERROR',
  'host-restarted 6': `${up}${connect}# rst:0xc (SW_CPU_RESET),boot:0x13\n> AT\n< OK\n> AT+CMQTTSTART\n< +CMQTTSTART: 23\n< ERROR`,
  'started-twice 2': '< QCRDY\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTSTART\n< +CMQTTSTART: 23\n< ERROR',
  'started-twice 3': `${up}> AT+CMQTTACCQ=0,"a",0\n< +CMQTTACCQ: 0,19\n< ERROR`,
  'started-twice 4': `${up}${connected}> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< +CMQTTCONNECT: 0,19\n< ERROR`,
  'order 2':
    '< QCRDY\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< +CMQTTCONNECT: 0,20\n< ERROR',
  'order 3': `${up}> AT+CMQTTPUB=0,1,60\n< +CMQTTPUB: 0,11\n< ERROR`,
  'order 5': `${up}${connected}> AT+CMQTTPUB=0,1,60\n< +CMQTTPUB: 0,18\n< ERROR`,
  'tls-clock 2': tls(
    ['"authmode",0,1', '"cacert",0,"ca.pem"', '"ignorelocaltime",0,0', '"enableSNI",0,1'],
    'a.example',
    '32',
  ),
  'tls-client-missing 2': tls(['"authmode",0,2', '"cacert",0,"ca.pem"', '"enableSNI",0,1'], 'a.example', '32'),
  'tls-ca 1': `${tls(['"authmode",0,1', '"cacert",0,"ca.pem"', '"enableSNI",0,1'], 'a.example', '32')}\n> AT+CSSLCFG="authmode",0,0\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,0`,
  'tls-file 2': tls(['"authmode",0,1', '"enableSNI",0,1'], 'a.example', '32'),
  'tls-file 3': `> AT+CCERTLIST\n< +CCERTLIST: "root.pem"\n< OK\n${tls(['"authmode",0,1', '"cacert",0,"ca.pem"', '"enableSNI",0,1'], 'a.example', '32')}`,
  'tls-file 4': `> AT+CCERTDOWN="ca.pem",1200\n< ERROR\n${tls(['"authmode",0,1', '"cacert",0,"ca.pem"', '"enableSNI",0,1'], 'a.example', '32')}`,
  'private-address 2': '> AT+CIPOPEN=0,"TCP","192.168.1.9",80\n< OK\n@+9s\n< +CIPOPEN: 0,10',
  'unreachable 2': `${up}${connect}@+9s\n< +CMQTTCONNECT: 0,4`,
  'mqtt-version 2': tls(['"authmode",0,0', '"enableSNI",0,1'], 'hub.azure-devices.net', '26'),
  'login 2': `${up}${connect}< +CMQTTCONNECT: 0,31`,
  'server-silent 2': `${up}${connect}@+60s\n> AT+CMQTTDISC=0,60\n< +CMQTTDISC: 0,11\n< ERROR`,
  'server-silent 3': `${up}${connect}@+20s\n${connect}@+20s\n> AT\n< OK`,
  'server-silent 4': `${up}${connected}> AT+CMQTTSUB=0,3,1\n< >\n>> a/b\n< OK\n@+60s\n< +CMQTTSUB: 0,17`,
  'policy 1': `${up}${connected}> AT+CMQTTPUB=0,1,60\n< OK\n@+1s\n< +CMQTTPUB: 0,6\n< +CMQTTCONNLOST: 0,1`,
  'policy 4': `${up}${connected}> AT+CMQTTPUB=0,1,60\n< OK\n@+1s\n< +CMQTTCONNLOST: 0,1\n< +CMQTTPUB: 0,6`,
  'policy 5': tls(
    ['"authmode",0,2', '"cacert",0,"ca.pem"', '"clientcert",0,"c.pem"', '"clientkey",0,"k.pem"', '"enableSNI",0,1'],
    aws,
    '26',
  ),
  'policy 6': `${up}${connect}@+2s\n< +CMQTTCONNECT: 0,6`,
  'policy 7': `${up}${connected}> AT+CMQTTSUB=0,3,1\n< >\n>> a/b\n< OK\n@+1s\n< +CMQTTSUB: 0,1`,
  'duplicate-id 4': `${up}${`${connected}@+30s\n< +CMQTTCONNLOST: 0,1\n`.repeat(3)}`,
  'periodic-drop 2': `${up}${connected}@+30s\n< +CMQTTCONNLOST: 0,2`,
  'line-noise 1':
    '> AT\n< OK\n> AT+CSQ\n< \xfe\xfe\x80\x80\xff\n< +CSQ: 20,99\n< OK\n> AT\n< OK\n< \x80\xfe\xfe\x00\xfe\n> AT\n< OK\n> AT\n< OK',
  'line-noise 3': '> AT+CSQ\n< +CSQ: 20,99\n< OK\n< +CMQTPUB: 0,0\n< +CMQTTPB: 0,0\n< +CMQTTPU: 0,0',
  'line-noise 4':
    '> AT+CSQ\n< +CSQ: 20,99\n< OK\n< +CMQTPUB: 0,0\n< +CMQTTPB: 0,0\n< +CMQTTPU: 0,0\n< +CMTTPUB: 0,0\n< +CQTTPUB: 0,0',
  'firmware 2':
    '> AT+SIMCOMATI\n< Manufacturer: SIMCOM INCORPORATED\n< Model: SIM7670G-MNGV\n< Revision: V1.9.01\n< OK\n> AT+CMQTTSTART\n< ERROR',
  'args 2': '> AT+CGDCONT=99,"IP","internet"\n< ERROR',
  'args 3': `${up}> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1,"user"\n< ERROR`,
  'args 4': '> AT+CMQTTSTART?\n< ERROR',
  'other-dialect 2': '> AT+CGMM\n< SIM7000G\n< OK\n> AT+CMQTTSTART\n< ERROR',
  'other-dialect 5': `${up}${connected}> AT+CMQTTSUB=0,"a/b",1\n< +CMQTTSUB: 0,12\n< ERROR`,
  'unknown-command 2': '> AT+CGMM\n< SIM7672G-MNGV\n< OK\n> AT+CMQTTSUBTOPIC=?\n< ERROR\n> AT\n< OK',
}

/** The same as logs, where the shape must show what no session tells: how lines end. */
export const wayLogs: Readonly<Record<string, readonly string[]>> = {
  'no-cr 1': [
    "DEBUG write: b'AT\\n'\nDEBUG write: b'AT+CSQ\\n'\nDEBUG write: b'AT\\n'\nDEBUG write: b'AT\\n'\n",
    '10:00:01 TX: AT(\\n)\n10:00:03 TX: AT+CSQ(\\n)\n10:00:05 TX: AT(\\n)\n10:00:07 TX: AT(\\n)\n',
  ],
}
