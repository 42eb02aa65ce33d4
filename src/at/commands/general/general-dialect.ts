/** What differs between firmwares in the forms of the general commands; a profile's data. */
export interface GeneralDialect {
  /** `ATV0`: results are numbers. Without it `ERROR`. */
  readonly hasNumericResults: boolean
  /** `AT+SIMEI=<imei>`; elsewhere for the factory alone. */
  readonly writesImei: boolean
  /** `AT+CNMP`. */
  readonly hasNetworkMode: boolean
  /** `AT+CGPADDR=<cid>,<cid>,…`. */
  readonly listsAddresses: boolean
  /** `AT+CGCONTRDP`. */
  readonly hasContextParameters: boolean
  /** Behind `+CGDCONT: `. */
  readonly contextTest: readonly string[]
  /** Behind `+CGAUTH: `. */
  readonly authTest: string
  /** Behind `+CGEREP: `. */
  readonly eventTest: string
  /** The highest mode of `+CGEREP`. */
  readonly eventModes: 1 | 2
  /** The highest `<fun>` of `+CFUN`; 2 and 3 are never there. */
  readonly highestFun: 7 | 8
  /** `AT+CPOF=<0|1>`. */
  readonly hasPowerOffKinds: boolean
  /** What `+CTZU` and `+CTZR` take. */
  readonly zoneModes: readonly number[]
  /** What `+IPR` takes, bit/s. */
  readonly speeds: readonly number[]
  /** What `+IFC` takes in each direction: 0 none, 1 XON/XOFF, 2 RTS / CTS. */
  readonly flowModes: readonly number[]
  /** `AT+NETOPEN=<cid>` and its relatives. */
  readonly hasSocketContexts: boolean
  /** `AT+CGSOCKCONT`. */
  readonly hasSocketDefinitions: boolean
  /** `gps`: `AT+CGPS` and `AT+CGPSINFO`; `gnss`: `AT+CGNSSPWR` and `AT+CGNSSINFO`. */
  readonly positioning: 'gps' | 'gnss'
  /** `AT+CIPCFG="CID",<cid>`. */
  readonly hasSocketSetting: boolean
  /** How many values `+CIPCCFG` has. */
  readonly socketOptions: 7 | 8
}
