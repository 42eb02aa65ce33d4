/** What must not be sent to real hardware without being asked for: the kinds, the worst first, and why. */
export const risks = {
  powersOff: 'switches the module off, and nobody switches it on again',
  pinTries: 'uses up tries of the PIN of a real SIM',
  lineSettings: 'changes the speed or the flow control of the line',
  networkAccess: 'changes the access to the network, which a module keeps',
  identity: 'changes the IMEI',
  storesSettings: 'stores settings in the module',
} as const
export type Risk = keyof typeof risks

/**
 * What is different afterwards. `mqtt`, `sockets`: the service, until it is stopped. `files`: the certificate store,
 * for good. `settings`: until a restart or longer. `network`: radio, registration, PDP contexts. `power`: the module
 * restarts, or is off.
 */
export type Change = 'nothing' | 'mqtt' | 'sockets' | 'files' | 'settings' | 'network' | 'power'

/** What a form does besides its answer. On a command: for those of its forms that do not say it themselves. */
export interface Consequences {
  /** None: it may be sent. */
  readonly risk?: Risk
  /**
   * When left out: `mqtt` for a command that needs the service, `settings` for another one that has a write form (its
   * bare form sets the default), `nothing` for a command without write forms.
   */
  readonly changes?: Change
}
