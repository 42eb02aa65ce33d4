/** What may be kept out of traces, recordings, captures and events, beside secrets. */
export const contents = ['payloads', 'topics', 'identity', 'location'] as const

/**
 * `payloads`: of messages and wills. `topics`: topics and filters. `identity`: what names a device, a card, a person or
 * a client. `location`: positions, cells, and the addresses that the network gave.
 */
export type Content = (typeof contents)[number]

/** What the lines of an answer, or a URC, show: all lines that have no name, and values of those that have. */
export interface Shown {
  readonly content: Content
  /** In `+CMD: …`, values from this index on; a single digit is shown all the same. None: those of the write form. */
  readonly from?: number
}

/** What data behind a prompt is; `key`: of the certificate store, a secret. */
export type DataContent = Extract<Content, 'payloads' | 'topics'> | 'key'
