/**
 * Commands of other modules whose parameters can be no password, PIN or key, and that firmware gives often. The values of
 * a command that is neither here nor defined are hidden.
 */
export const harmlessForeignNames: readonly string[] = [
  ...['CIPOPEN', 'CIPSEND', 'CIPCLOSE', 'CIPSTART', 'CIPSHUT', 'CIPMUX', 'CIPHEAD', 'CIPSRIP', 'CIPSTATUS'],
  ...['CCHSTART', 'CCHSTOP', 'CCHOPEN', 'CCHCLOSE', 'CCHSEND', 'CCHRECV', 'CCHSSLCFG', 'CCHSET'],
  ...['HTTPINIT', 'HTTPTERM', 'HTTPACTION', 'HTTPREAD', 'HTTPDATA', 'HTTPHEAD'],
  ...['CNACT', 'CNBP', 'CMNB', 'CBANDCFG', 'CLTS', 'CESQ', 'COPN', 'CGNSPWR', 'CGNSINF'],
  ...['CMGS', 'CMGL', 'CMGR', 'CMGD', 'CPMS', 'CSCA', 'CSDVC', 'CLVL', 'CMUX'],
]
