import type { GeneralDialect } from '../commands/general/general-dialect.ts'
import type { MqttDialect } from '../commands/mqtt/mqtt-dialect.ts'
import type { TlsDialect } from '../commands/tls/tls-commands.ts'
import type { CmeWords } from '../errors.ts'
import type { Replies } from './replies.ts'
import type { ResponseTimes } from './response-times.ts'

/** The families in which a result code means something else. */
export const families = ['sim767x', 'a76xx', 'sim7600'] as const
export type Family = (typeof families)[number]

/** What differs by firmware, as data. One file a profile in `profiles/`. */
export interface Profile {
  readonly name: string
  readonly title: string
  /** Whose advice on result codes is right for it. */
  readonly family: Family
  /**
   * Models that it stands for, as `AT+CGMM` begins, a digit for each `x`; firmwares of one family may have the same.
   * Where several profiles stand for a model, its answers decide, then the closer name: `A7670C` before `A7xxx`.
   */
  readonly models: readonly string[]
  readonly mqtt: MqttDialect & MqttBehaviour
  readonly tls: TlsDialect & TlsBehaviour
  /** Sent after a command with a prompt was accepted. */
  readonly prompt: string
  /** Whether the bytes behind a prompt are echoed while `ATE1`. */
  readonly echoesData: boolean
  /** Used while timing is real. */
  readonly responseTimes: ResponseTimes
  readonly general: GeneralDialect & GeneralBehaviour
  readonly boot: readonly BootLine[]
  /** The same behind `+CRESET` and its like; null: as `boot`. */
  readonly restartBoot: readonly BootLine[] | null
  /** Milliseconds from the start of a search to registration. */
  readonly searchMs: number
  /** Milliseconds from `OK` of `+CPOF` to `POWERD DOWN`, and from `OK` of a reset command to the restart. */
  readonly powerDownMs: number
  readonly identity: {
    readonly manufacturer: string
    readonly model: string
    readonly revision: string
    /** 15 digits, the last one the check digit. */
    readonly imei: string
    /** 15 digits. */
    readonly imsi: string
    /** 20 digits, the last one the check digit. */
    readonly iccid: string
    /** Of the firmware, `+SIMCOMATI`. */
    readonly build: string
  }
  /** Default of `+CMEE`. */
  readonly errorReports: 0 | 1 | 2
  readonly replies: Replies
  readonly cme: CmeWords
}

/** A line that the module prints when it starts. */
export interface BootLine {
  /** Milliseconds after power-on, or after the restart. */
  readonly afterMs: number
  readonly text: string
  /**
   * Beside its time. `card`: the SIM is read now; this text is that of a ready one, any other SIM has another. `sim`:
   * a SIM that is ready; without one the line waits for it. `attach`: PDP context 1 is active; else there is no line.
   */
  readonly needs?: 'card' | 'sim' | 'attach'
}

/** How the general commands behave where families differ. */
export interface GeneralBehaviour {
  /** Behind `+GCAP: `: a line of `ATI` and `+SIMCOMATI`; null: none. */
  readonly capabilities: string | null
  /** `<AcT>` in the registration lines. */
  readonly registrationShowsAccess: boolean
  /** Signal values of `+CPSI`: in dB and dBm, or as the indices of 3GPP TS 27.007. */
  readonly cellUnits: 'dBm' | 'index'
  /** Whether `+CGAUTH?` shows the user and the password. */
  readonly showsLogin: boolean
  /** Default of `+CGEREP`; from 1 on `+CGEV` lines are printed. */
  readonly contextEvents: 0 | 1 | 2
  /** PDP contexts that `+CGACT` can't switch. */
  readonly lockedContexts: readonly number[]
  /** Whether `AT+CGACT=1,<cid>` is refused for such a context even while it is active. */
  readonly refusesActiveContext: boolean
  /** `+CTZU` as delivered, and what `AT&F` makes of it. */
  readonly zoneUpdate: { readonly initial: number; readonly factory: number }
  /** `+CTZV` with date, time and daylight saving behind the zone. */
  readonly zoneReportHasTime: boolean
  /** How `+COPS?` names the operator after a restart: 0 long, 1 short, 2 in digits. */
  readonly operatorFormat: 0 | 1 | 2
  /** Whether the mode of `+COPS` outlives a reset. */
  readonly keepsOperatorMode: boolean
  /** `+NETOPEN` without network: its code later, or `ERROR` at once. */
  readonly openFailure: 'deferred' | 'error'
  /** The date that the clock shows at power-on, before it is set: `2014-01-01`. */
  readonly unsetClock: string
  /** What is printed when the SIM is taken out. */
  readonly simRemoved: string
  /** What is printed when the SIM is taken out or loses its power (`+CFUN` 0, 8); null: nothing. */
  readonly simUnavailable: string | null
}

/** How TLS behaves where families differ. */
export interface TlsBehaviour {
  readonly reader: CertificateReader
  /** `ignorelocaltime` is kept and shown, and dates are checked all the same. */
  readonly ignoresLocalTimeSetting: boolean
}

/** What a module's own reader of certificates does not get along with. */
export interface CertificateReader {
  /** PEM files whose lines end with CR LF. */
  readonly pemCrLf: 'taken' | 'refused'
  /** Stored certificates that are valid past 2049, which DER writes as GeneralizedTime. */
  readonly generalizedTime: 'taken' | 'refused'
  /** The longest list of certificates that a server may send: DER, and 3 bytes each; 0: any. */
  readonly maxChainBytes: number
}

/** How the MQTT commands behave where families differ; the note's own choice is `sim767x`. */
export interface MqttBehaviour {
  /** Seconds, when DISC has no timeout. */
  readonly discDefaultTimeout: number
  /** Short SUB and UNSUB with nothing staged: `ok`, or refused with 18. */
  readonly emptyShortForm: 'ok' | 'refuse'
  /** Read forms before START: `ERROR` as in the note, or the list of a service without clients. */
  readonly readsBeforeStart: 'error' | 'list'
  /** The code that START gives when it is started already; null: a bare `ERROR`. */
  readonly startWhenStarted: number | null
  /** The code that STOP gives when it is not started; null: a bare `ERROR`. */
  readonly stopWhenStopped: number | null
  /** The code that STOP gives while a client is acquired. */
  readonly stopWhileHeld: number
  /**
   * What START needs: `registration`: it activates the PDP context itself; `address`: the context is active already,
   * and the last boot line is printed.
   */
  readonly startNeeds: 'registration' | 'address'
  /** The code that START gives without it. */
  readonly startTooEarly: number
  /** START succeeds without what it needs, and CONNECT fails with 3. */
  readonly startsWithoutAddress: boolean
  /** The code that CONNECT gives while the client is connected. */
  readonly connectWhenConnected: number
  /** REL of a client that is not acquired: `OK`, or refused with 20. */
  readonly releaseWhenFree: 'ok' | 'refuse'
  /** Whether START and STOP print their result before `OK`. */
  readonly startResultFirst: boolean
  /**
   * How a CONNECT fails that was accepted: `deferred`: `OK`, later the result. `withheld`: nothing until the outcome
   * is known, then `OK` and the result, or the result and `ERROR`.
   */
  readonly connectFailure: 'deferred' | 'withheld'
  /** The code of a TLS handshake or verification that fails. */
  readonly tlsError: number
  /** The code of a file for TLS that is missing or can't be loaded. */
  readonly certificateError: number
  /** The code of a server whose first bytes are no TLS. */
  readonly notTlsError: number
  /** The code of a server that closes before its first TLS record. */
  readonly tlsClosedError: number
  /** The code of a server that closes behind its first TLS record, in the middle of the handshake. */
  readonly tlsCutError: number
  /** Whether CFG refused by state prints `+CMQTTCFG: <index>,<err>` before `ERROR`. */
  readonly configRefusalHasCode: boolean
}
