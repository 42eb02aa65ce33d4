import * as v from 'valibot'
import { families } from '../at/profiles/profile.ts'
import { isImei, type MsRange, type Profile } from '../at/public.ts'
import { bootField, cmeField, generalFields, restartBootField } from './general-fields.ts'
import {
  choice,
  choices,
  codeOrError,
  errorCodeLeaf,
  flagLeaf,
  type Group,
  type Leaf,
  matching,
  number,
  other,
  recordOf,
  rising,
  span,
  textLeaf,
  texts,
} from './leaf.ts'
import { repliesField } from './replies-field.ts'

const laterKeys = ['password', 'ignorecertCN', 'use_tickets', 'ciphersuites'] as const
const firstKeys = [
  'sslversion',
  'authmode',
  'ignorelocaltime',
  'negotiatetime',
  'cacert',
  'clientcert',
  'clientkey',
  'enableSNI',
] as const

const longest = 600_000
const time = (meaning: string): Leaf<MsRange> => span(0, longest, `${meaning}, ms`)
const named = recordOf(/^(\+[A-Z\d]+|&?[A-Z])$/, rising(0, longest))

/** How long commands take while timing is real. */
const timeFields: Group<Profile['responseTimes']> = {
  prompt: time('until `>`'),
  data: time('the result behind the data of a prompt'),
  refused: time('`ERROR`, with or without a code: what is refused by state or values'),
  quick: time('`?` and `=?` forms, `AT` alone, and lines that are no command'),
  other: time('the final result of every other form'),
  storage: time('commands that write to flash'),
  network: time('commands that wait for the network'),
  release: time('commands that stop a service'),
  radio: time('commands that switch the radio'),
  commands: other(
    named,
    'the same for single commands, by name',
    `an object such as {"+CSQ":[5,40]}: names in capitals, two whole numbers from 0 to ${longest}, the smaller one first`,
  ) as Leaf<Profile['responseTimes']['commands']>,
}

const imei = matching(/^\d{15}$/, 'IMEI of `AT+CGSN`', '15 digits of which the last one is the check digit')

/** Every value of a profile that a file may change, in the order of the reference. */
export const profileFields: Group<Profile> = {
  name: matching(/^[\w.-]{1,64}$/, 'how logs and the start text name it', '1 to 64 letters, digits, "-", "_" and "."'),
  title: textLeaf(200, 'one line for `atmqtt profiles`'),
  family: choice(families, 'whose advice on result codes is right for it'),
  models: texts(64, 'models that it stands for, as `AT+CGMM` begins, `x` for any digit'),
  prompt: matching(
    /^[\x20-\x7e\r\n]{1,16}$/,
    'what opens a prompt',
    '1 to 16 characters: printable ASCII, "\\r" and "\\n"',
  ),
  echoesData: flagLeaf('whether the bytes behind a prompt are echoed while `ATE1`'),
  boot: bootField,
  restartBoot: restartBootField,
  searchMs: number(0, 600_000, 'from the start of a search to registration, ms'),
  powerDownMs: number(0, 600_000, 'from `OK` to `POWERD DOWN`, or to the restart, ms'),
  identity: {
    manufacturer: textLeaf(64, '`AT+CGMI`'),
    model: textLeaf(64, '`AT+CGMM`, such as `SIM7652E`'),
    revision: textLeaf(64, '`AT+CGMR`'),
    imei: { ...imei, schema: v.pipe(imei.schema, v.check(isImei)) },
    imsi: matching(/^\d{15}$/, '`AT+CIMI`', '15 digits'),
    iccid: matching(/^\d{20}$/, '`AT+CICCID`', '20 digits'),
    build: textLeaf(64, 'firmware build of `AT+SIMCOMATI`'),
  },
  errorReports: choice([0, 1, 2], 'default of `AT+CMEE`: 0 a bare `ERROR`, 1 numbers, 2 words'),
  cme: cmeField,
  responseTimes: timeFields,
  replies: repliesField,
  general: generalFields,
  tls: {
    maxFileName: number(5, 255, 'longest file name of `AT+CSSLCFG`, bytes'),
    maxCertificateName: number(5, 255, 'longest file name of `AT+CCERTDOWN`, bytes'),
    keys: choices(laterKeys, 'keys of `AT+CSSLCFG` beyond those of V1.01'),
    row: choices([...firstKeys, ...laterKeys], 'values of the read line of `AT+CSSLCFG`, in order'),
    unsetSuites: choice(['0', '0x0'], 'what that line shows while no cipher suite is set'),
    reader: {
      pemCrLf: choice(['taken', 'refused'], 'PEM files whose lines end with CR LF'),
      generalizedTime: choice(['taken', 'refused'], 'stored certificates that are valid past 2049'),
      maxChainBytes: number(
        0,
        1_000_000,
        'longest list of certificates that a server may send, bytes: DER, and 3 each; 0: any',
      ),
    },
    ignoresLocalTimeSetting: flagLeaf('whether `ignorelocaltime` has no effect: dates are always checked'),
  },
  mqtt: {
    maxPayloadBytes: number(1, 65_535, 'longest payload of `AT+CMQTTPAYLOAD`, bytes'),
    pubTimeout: span(1, 65_535, '`pub_timeout` of `AT+CMQTTPUB`, seconds'),
    discTimeout: span(1, 65_535, '`timeout` of `AT+CMQTTDISC` beside 0, seconds'),
    discDefaultTimeout: number(0, 65_535, 'seconds, when DISC has none'),
    discTestHasBlank: flagLeaf('whether `AT+CMQTTDISC=?` has a blank behind `0,`'),
    stagingNeeds: choice(
      ['client', 'connection'],
      'what TOPIC, PAYLOAD, SUBTOPIC and UNSUBTOPIC need; `connection`: 11 while not connected',
    ),
    connectTestShowsLogin: flagLeaf('whether `AT+CMQTTCONNECT=?` ends with user name and password'),
    hasVersionConfig: flagLeaf('whether `AT+CMQTTCFG="version"` is there'),
    acquireTakesVersion: flagLeaf('whether ACCQ takes the MQTT version as a fourth parameter and shows it'),
    hasTopicInput: flagLeaf('whether `AT+CMQTTSUBTOPIC` and `AT+CMQTTUNSUBTOPIC` are there'),
    quotedTopics: choice(
      ['none', 'refused', 'argtopic'],
      'a quoted topic in SUB, UNSUB, PUB: `ERROR`, 12, or taken once `argtopic` is on',
    ),
    contexts: number(0, 15, 'highest `<cid>` of START, STOP and CFG `cid`, `scid`; 0: no such forms'),
    emptyShortForm: choice(
      ['ok', 'refuse'],
      'short SUB and UNSUB with no topic: `OK` and nothing sent, or refused with 18',
    ),
    readsBeforeStart: choice(
      ['error', 'list'],
      'read forms before START: `ERROR`, or the list of a service without clients',
    ),
    startWhenStarted: codeOrError('START when it is started already'),
    stopWhenStopped: codeOrError('STOP when it is not started'),
    stopWhileHeld: errorCodeLeaf('STOP while a client is acquired'),
    startNeeds: choice(
      ['registration', 'address'],
      'what START needs; `address`: context 1 is active already, and the last boot line is printed',
    ),
    startTooEarly: errorCodeLeaf('START without what it needs'),
    startsWithoutAddress: flagLeaf('whether START succeeds without what it needs, and CONNECT fails with 3'),
    connectWhenConnected: errorCodeLeaf('CONNECT while the client is connected'),
    releaseWhenFree: choice(['ok', 'refuse'], 'REL of a client that is not acquired: `OK`, or refused with 20'),
    addressWithoutTcp: codeOrError('CONNECT to an address that does not begin with `tcp://`'),
    startResultFirst: flagLeaf('whether START and STOP print their result before `OK`'),
    connectFailure: choice(
      ['deferred', 'withheld'],
      '`deferred`: `OK`, later the result; `withheld`: nothing until the outcome, then it and `OK` or `ERROR`',
    ),
    tlsError: errorCodeLeaf('a TLS handshake or verification that fails'),
    certificateError: errorCodeLeaf('a file for TLS that is missing or can not be loaded'),
    notTlsError: errorCodeLeaf('a server whose first bytes are no TLS'),
    tlsClosedError: errorCodeLeaf('a server that closes before its first TLS record'),
    tlsCutError: errorCodeLeaf('a server that closes behind its first TLS record, in the middle of the handshake'),
    configRefusalHasCode: flagLeaf('whether CFG refused by state prints its code before `ERROR`'),
  },
}
