import type { AttemptFact } from '../facts/fact.ts'
import { attempt, attemptOk, clues, never, refused, sent, shows } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

const authMode = ({ ssl }: AttemptFact): string => ssl.authmode ?? '0'
const checks = (each: AttemptFact): boolean => authMode(each) === '1' || authMode(each) === '2'
const failedCerts: Clue<'exchange'> = refused('+CCERTDOWN')
const works = never(attemptOk(({ tls }) => tls === true))

export const certificateRules: readonly CauseRule[] = [
  rule({
    id: 'tls-file',
    title: 'A certificate file that TLS needs is not there, or has another name',
    rung: 'tls',
    severity: 'error',
    beats: ['tls-handshake'],
    ways: [
      {
        confidence: 0.85,
        needs: clues(attempt([33])),
        forbids: [works],
        because: 'CONNECT fails with 33: a file that authmode needs is missing or can not be read.',
      },
      {
        confidence: 0.85,
        needs: clues(
          attempt([32, 34, 15], (each) => checks(each) && each.ssl.cacert === undefined && each.tls !== false),
        ),
        forbids: [works],
        because: 'The server’s certificate is to be checked, and no cacert was named.',
      },
      {
        confidence: 0.8,
        needs: clues(
          shows('+CCERTLIST'),
          attempt(
            [32, 33, 34, 15],
            (each, view) =>
              each.tls !== false &&
              namesMissing(
                each,
                view.all('value', '+CCERTLIST').map(({ values }) => values[0] ?? ''),
              ),
          ),
        ),
        forbids: [works, never(sent('+CCERTDOWN', ({ ending }) => ending === 'ok'))],
        because: 'AT+CCERTLIST does not list a file that AT+CSSLCFG names.',
      },
      {
        confidence: 0.75,
        needs: clues(failedCerts, attempt([32, 33, 34, 15])),
        forbids: [works],
        because: 'A certificate could not be stored, and the TLS connection fails.',
      },
    ],
    do: [
      'Compare the names: AT+CCERTLIST against AT+CSSLCFG="cacert",0,"NAME", with their ending; upload what is missing with AT+CCERTDOWN.',
    ],
    ask: ['AT+CCERTLIST', 'AT+CSSLCFG=0'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#77'],
    examples: [
      '> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+1s\n< +CMQTTCONNECT: 0,33',
    ],
    nearMisses: [
      '> AT+CCERTLIST\n< +CCERTLIST: "ca.pem"\n< OK\n> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CSSLCFG="cacert",0,"ca.pem"\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+1s\n< +CMQTTCONNECT: 0,32',
    ],
  }),
  rule({
    id: 'tls-pem',
    title: 'The module can not load the stored certificate: CR LF in the PEM, or dates past 2049',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.65,
        needs: clues(
          attempt(
            [34],
            ({ ssl, tookMs = 0, tls, port }) =>
              tls !== false && ssl.cacert !== undefined && tookMs < 1500 && port !== 1883,
          ),
        ),
        forbids: [works],
        because: 'CONNECT fails with 34 at once, before anything can have come from the server.',
      },
      {
        confidence: 0.5,
        needs: clues(attempt([34], ({ ssl, tls, port }) => tls !== false && ssl.cacert !== undefined && port !== 1883)),
        forbids: [works],
        because: 'CONNECT fails with 34, which stands for a file that can not be loaded, or for a port without TLS.',
      },
    ],
    do: [
      'Store the PEM with LF alone as line end; use a root that is valid to 2049 at most (A7670), and the whole file with BEGIN and END.',
    ],
    ask: ['AT+CCERTLIST', 'AT+CSSLCFG=0', 'AT+CGMR'],
    sources: ['notes of drivers for A7670', 'Xinyuan-LilyGO/LilyGo-Modem-Series#77'],
    examples: [
      '> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CSSLCFG="cacert",0,"ca.pem"\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n< +CMQTTCONNECT: 0,34',
    ],
    nearMisses: [
      '> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n< +CMQTTCONNECT: 0,34',
    ],
  }),
  rule({
    id: 'ccertdown-length',
    title: 'The certificate was sent shorter than announced: the module still waits for the rest',
    rung: 'tls',
    severity: 'error',
    beats: ['data-elsewhere', 'length-mismatch'],
    ways: [
      {
        confidence: 0.8,
        needs: clues(sent('+CCERTDOWN', ({ prompted, ending, last }) => prompted && ending === 'none' && !last)),
        because: 'The prompt comes and no OK follows: the length is larger than what was sent.',
      },
      {
        confidence: 0.65,
        needs: clues(sent('+CCERTDOWN', ({ prompted, ending }) => prompted && ending === 'none')),
        because: 'The prompt comes and no OK follows.',
      },
    ],
    do: [
      'Give the length in bytes, line ends included, and send exactly as many; strlen() of the text in the program is right, the size of a file with CR LF is not.',
    ],
    ask: ['AT', 'AT+CCERTLIST'],
    sources: [],
    examples: ['> AT+CCERTDOWN="ca.pem",1500\n< >\n>> -----BEGIN CERTIFICATE-----\n@+20s\n> AT\n@+5s\n> AT'],
    nearMisses: ['> AT+CCERTDOWN="ca.pem",27\n< >\n>> -----BEGIN CERTIFICATE-----\n< OK'],
  }),
  rule({
    id: 'ccertdown-firmware',
    title: 'This firmware refuses to store certificates',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.8,
        needs: clues(
          refused(
            '+CCERTDOWN',
            ({ form, args }, view) =>
              form === 'write' &&
              wellFormed(args) &&
              /B0[34].*SIM767XM5|SIM767XM5.*B0[34]/i.test(view.family?.revision ?? ''),
          ),
        ),
        because: 'AT+CCERTDOWN is well-formed and is refused, on a revision that is known for it.',
      },
      {
        confidence: 0.5,
        needs: clues(refused('+CCERTDOWN', ({ form, args }) => form === 'write' && wellFormed(args))),
        because: 'AT+CCERTDOWN is well-formed and is refused.',
      },
    ],
    do: [
      'Look whether the file system is full (AT+FSMEM) or has the file (AT+CCERTLIST). On a SIM767X ask the maker of the board whether there is a newer build for this very hardware.',
    ],
    ask: ['AT+CGMR', 'AT+SIMCOMATI', 'AT+CCERTLIST', 'AT+FSMEM'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#183'],
    examples: [
      '> AT+CGMR\n< +CGMR: 2348B03SIM767XM5A\n< OK\n> AT+CGMM\n< SIM7670G-MNGV\n< OK\n> AT+CCERTDOWN="ca.pem",1200\n< ERROR',
    ],
    nearMisses: ['> AT+CCERTDOWN="ca",1200\n< ERROR'],
  }),
]
const wellFormed = (args: readonly string[]): boolean =>
  /^.{1,51}\.(?:pem|der)$/i.test(args[0] ?? '') && Number(args[1]) >= 1 && Number(args[1]) <= 10_240

function namesMissing({ ssl }: AttemptFact, stored: readonly string[]): boolean {
  const named = [ssl.cacert, ssl.clientcert, ssl.clientkey].filter((name) => name !== undefined && name !== '')
  return named.some((name) => !stored.includes(name!))
}
