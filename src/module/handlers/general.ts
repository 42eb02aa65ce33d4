import { ok, okWith } from '../line/reply.ts'
import { findLine, type Turn } from '../turn.ts'
import type { GeneralHandlers } from './handlers.ts'

type GeneralKeys = 'echo' | 'identify' | 'errorReports' | 'manufacturer' | 'model' | 'revision' | 'serialNumber'

/** The line and the module's identity. */
export const generalHandlers: GeneralHandlers<GeneralKeys> = {
  echo: {
    execute: (turn, _, line) => setEcho(turn, line, false),
    set: (turn, { echo }, line) => setEcho(turn, line, echo === 1),
  },
  identify: {
    execute: (turn) => {
      const { manufacturer, model, revision, imei } = turn.device.profile.identity
      return okWith(`Manufacturer: ${manufacturer}`, `Model: ${model}`, `Revision: ${revision}`, `IMEI: ${imei}`)
    },
  },
  errorReports: {
    read: (turn) => okWith(`+CMEE: ${turn.settings.errorReports}`),
    execute: (turn) => setErrorReports(turn, turn.device.profile.errorReports),
    set: (turn, { n }) => setErrorReports(turn, n),
  },
  manufacturer: { execute: (turn) => okWith(turn.device.profile.identity.manufacturer) },
  model: { execute: (turn) => okWith(turn.device.profile.identity.model) },
  revision: { execute: (turn) => okWith(`+CGMR: ${turn.device.profile.identity.revision}`) },
  serialNumber: { execute: (turn) => okWith(turn.device.profile.identity.imei) },
}

/** Bare `ATE` is `ATE0`, as in V.25ter. */
function setEcho(turn: Turn, lineId: number, echo: boolean) {
  const line = findLine(turn, lineId)
  if (line) line.echo = echo
  return ok
}

function setErrorReports(turn: Turn, errorReports: 0 | 1 | 2) {
  turn.settings = { ...turn.settings, errorReports }
  return ok
}
