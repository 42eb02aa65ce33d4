import { isIP } from 'node:net'
import { type ConnectionOptions, connect, type SecureContext, type TLSSocket } from 'node:tls'
import { type AttemptEnds, Dial, type Lookup } from '../net/dial.ts'
import { copyRead, sharedBuffer } from '../net/dialed-socket.ts'
import type {
  ConnectionEvents,
  DialFailure,
  DialOptions,
  TlsSettings,
  WireBytes,
  WiredConnection,
} from '../net/dialer.ts'
import { HalfOpenSocket } from '../net/half-open-socket.ts'
import { Portions } from '../portions.ts'
import type { Clock } from '../runtime/runtime.ts'
import { errorText } from '../setup-error.ts'
import { sentFault } from './accepted-chains.ts'
import { lastListBytes, listBytes, listRemark, longList, type Remark, readerFault } from './certificate-remarks.ts'
import type { CertificateStore } from './certificate-store.ts'
import { type ChainOptions, chainFault } from './chain.ts'
import { type TlsMaterial, tlsMaterial } from './tls-context.ts'
import { isTlsError, tlsFailure } from './tls-failure.ts'
import { type Below, chainSentTo, connectionBelow, hasAnswered, hasBegunRecord, readChain, wireOf } from './tls-peer.ts'
import { TicketUse } from './tls-tickets.ts'

/** What TLS connections have in common. */
export interface TlsDialing {
  readonly clock: Clock
  readonly find: Lookup
  readonly store: CertificateStore
  /** Ms since 1970, as the module has it. */
  readonly localTime: () => number
  readonly localAddress?: string | undefined
}

export interface TlsTarget extends DialOptions {
  readonly tls: TlsSettings
}

/**
 * A dial over TLS: files, TCP, handshake, verdict on the server's certificate, then the connection. OpenSSL does not
 * decide about the certificate; nothing is written before the verdict is in, which falls within the handshake's last step.
 */
export class TlsConnection implements WiredConnection {
  readonly #dialing: TlsDialing
  readonly #target: TlsTarget
  #events: ConnectionEvents | undefined
  #material: TlsMaterial | undefined
  #dial: Dial<TLSSocket> | undefined
  #tls: TLSSocket | undefined
  #below: Below | undefined
  #cancelLimit: () => void = nothing
  #tickets: TicketUse | undefined
  #halfOpen: HalfOpenSocket | undefined
  readonly #portions = new Portions((bytes) => this.#events?.data(bytes), {
    pause: () => void this.#tls?.pause(),
    resume: () => void this.#tls?.resume(),
  })
  #paused = false
  #open = false
  #heard = false

  constructor(dialing: TlsDialing, target: TlsTarget, events: ConnectionEvents) {
    this.#dialing = dialing
    this.#target = target
    this.#events = events
    const material = tlsMaterial(target.tls, dialing.store)
    if ('reason' in material) queueMicrotask(() => this.#fail(material.reason, material.detail))
    else this.#begin(material)
  }

  #begin(material: TlsMaterial): void {
    this.#material = material
    for (const { id, sentence } of material.remarks) this.#events?.remarked?.(id, sentence)
    const { host, port, tls: settings } = this.#target
    if (settings.useTickets) this.#tickets = new TicketUse(`${material.fingerprint} ${host} ${port}`)
    const { clock, find } = this.#dialing
    this.#dial = new Dial({
      clock,
      find,
      target: this.#target,
      attempt: (address, _, ends) => this.#attempt(address, material.context, ends),
      opened: (tls) => this.#negotiate(tls),
      found: () => this.#events?.reached?.('name'),
      failed: (reason, detail) => this.#fail(reason, detail),
    })
  }

  /** TCP and TLS in one socket: one above another takes more processor time (797 µs a connection against 677, 2026-11-23). */
  #attempt(address: string, secureContext: SecureContext, { connected, failed }: AttemptEnds): TLSSocket {
    const { host, port, tls: settings } = this.#target
    const session = this.#tickets?.session()
    const servername = settings.enableSni ? serverName(host) : undefined
    const onread = { buffer: sharedBuffer, callback: (count: number, buffer: Uint8Array) => this.#read(count, buffer) }
    const { localAddress } = this.#dialing
    const given = { host: address, port, localAddress, secureContext, servername, session, onread }
    const options = { ...given, rejectUnauthorized: false }
    // Node takes an undefined one as one that is not there; @types/node does not say so.
    const tls = connect(options as ConnectionOptions)
      .setNoDelay(true)
      .once('connect', connected)
    return tls.on('error', (error) => (tls === this.#tls ? this.#failing(error) : failed(error.message)))
  }

  write(bytes: Uint8Array): boolean {
    const tls = this.#tls
    if (!this.#open || !this.#events || !tls?.writable) return true
    const flowing = tls.write(bytes)
    if (!flowing && tls.listenerCount('drain') === 0) tls.on('drain', () => this.#events?.drained())
    return flowing
  }

  /** A handshake under way stands still too, and time runs against it. */
  pause(): void {
    this.#paused = true
    this.#portions.pause()
  }

  resume(): void {
    this.#paused = false
    this.#portions.resume()
  }

  close(graceMs: number): void {
    const tls = this.#tls
    if (!this.#open || !tls) return this.destroy()
    if (tls.destroyed) return
    this.#cancelLimit = this.#dialing.clock.after(graceMs, () => this.destroy())
    tls.end()
  }

  destroy(): void {
    this.#events = undefined
    this.#cancelLimit()
    this.#dial?.abandon()
    this.#tls?.destroy()
    this.#halfOpen?.destroy()
  }

  abandon(gone: () => void): void {
    const tls = this.#tls ?? this.#dial?.release()
    this.#events = undefined
    this.#cancelLimit()
    this.#dial = this.#tls = undefined
    if (!tls || tls.destroyed) gone()
    else this.#halfOpen = new HalfOpenSocket(tls, this.#dialing.clock, gone)
  }

  wire = (): WireBytes => wireOf(this.#below)

  #negotiate(tls: TLSSocket): void {
    const { host, port, tls: settings } = this.#target
    this.#dial = undefined
    this.#tls = tls
    this.#events?.reached?.('tcp')
    this.#below = connectionBelow(tls)
    this.#listen(tls)
    process.nextTick(() => this.#holdBack(tls))
    const detail = `no TLS with ${host}, port ${port}, in ${settings.negotiateTimeMs} ms`
    this.#cancelLimit = this.#dialing.clock.after(settings.negotiateTimeMs, () => this.#fail('tlsTimeout', detail))
  }

  /** It begins to read when it has connected, whatever it was told before. */
  #holdBack(tls: TLSSocket): void {
    if (this.#paused && tls === this.#tls) tls.pause()
  }

  #listen(tls: TLSSocket): void {
    tls.disableRenegotiation()
    tls.once('secureConnect', () => this.#secured(tls))
    tls.on('end', () => this.#over('ended')).on('close', () => this.#closed(tls))
    const tickets = this.#tickets
    if (tickets) tls.on('session', (session) => tickets.given(session))
  }

  #secured(tls: TLSSocket): void {
    if (!this.#events) return
    const fault = this.#serverFault(tls)
    if (fault !== undefined) return this.#fail('tls', fault)
    this.#cancelLimit()
    this.#cancelLimit = nothing
    this.#open = true
    this.#events.connected()
  }

  /** Whatever can't be read is refused. */
  #serverFault(tls: TLSSocket): string | undefined {
    try {
      const reused = this.#tickets !== undefined && tls.isSessionReused()
      const { host, port, tls: settings } = this.#target
      if (!this.#material?.anchors && !this.#tickets && !settings.reader?.maxChainBytes) {
        this.#tell(listRemark(host, port, lastListBytes(host, port) ?? listBytes(chainSentTo(tls))))
        return undefined
      }
      const chain = reused ? [] : chainSentTo(tls)
      return this.#listFault(listBytes(chain)) ?? this.#notAccepted(this.#chainFault(reused, chain))
    } catch (error) {
      return this.#material?.anchors && this.#notAccepted(`it can't be read: ${errorText(error)}`)
    }
  }

  #notAccepted(fault: string | undefined): string | undefined {
    return fault && `the certificate of ${this.#target.host} is not accepted: ${fault}`
  }

  #chainFault(reused: boolean, chain: readonly Buffer[]): string | undefined {
    const anchors = this.#material?.anchors
    if (!this.#tickets) return anchors && sentFault(chain, this.#chainOptions(anchors), this.#material!.fingerprint)
    const sent = reused ? this.#tickets.sent() : readChain(chain)
    const fault = anchors && chainFault(sent, this.#chainOptions(anchors))
    if (fault === undefined) this.#tickets.accepted(sent)
    return fault
  }

  /** A list that is too long for the module, verified or not, or that is too long for another one. */
  #listFault(bytes: number): string | undefined {
    const { host, port, tls: settings } = this.#target
    const fault = settings.reader?.maxChainBytes && readerFault(settings.reader, longList(host, port, bytes))
    if (fault) return fault
    this.#tell(listRemark(host, port, bytes))
    return undefined
  }

  #tell(remark: Remark | undefined): void {
    if (remark) this.#events?.remarked?.(remark.id, remark.sentence)
  }

  #chainOptions(anchors: ChainOptions['anchors']): ChainOptions {
    const { tls: settings, host, localTime = this.#dialing.localTime() } = this.#target
    return {
      anchors,
      at: settings.ignoreLocalTime ? undefined : localTime,
      host: settings.ignoreCertCn ? undefined : host,
    }
  }

  #read(count: number, buffer: Uint8Array): true {
    this.#heard = true
    this.#portions.add(copyRead(count, buffer))
    return true
  }

  /** A server may refuse the client's certificate when for the client the handshake is done (TLS 1.3). */
  #failing(error: Error): void {
    if (this.#open && (this.#heard || !isTlsError(error))) return
    const answered = isTlsError(error) ? this.#tls !== undefined && hasAnswered(this.#tls) : hasBegunRecord(this.#below)
    const { reason, detail } = tlsFailure(error, this.#target.host, answered)
    this.#fail(reason, detail)
  }

  #fail(reason: DialFailure, detail: string): void {
    const events = this.#events
    this.destroy()
    events?.failed(reason, detail)
  }

  /** Without an end before it. */
  #closed(tls: TLSSocket): void {
    if (tls !== this.#tls) return
    this.#cancelLimit()
    if (this.#open) this.#over('reset')
    else
      this.#fail(
        hasBegunRecord(this.#below) ? 'tlsCut' : 'tlsClosed',
        `no TLS with ${this.#target.host}: the connection is gone`,
      )
  }

  #over(how: 'ended' | 'reset'): void {
    if (!this.#open) return
    this.#portions.flush()
    const events = this.#events
    this.#events = undefined
    events?.[how]()
  }
}

/** RFC 6066, 3: a name, no address, without the dot at its end. */
const serverName = (host: string): string | undefined => (isIP(host) === 0 ? host.replace(/\.$/, '') : undefined)

function nothing(): void {}
