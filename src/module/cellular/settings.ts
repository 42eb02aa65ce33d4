import type { ModuleConfig } from '../core/module-config.ts'
import type { ModuleSettings, Sockets } from '../core/state.ts'

export const initialSettings = ({ profile }: ModuleConfig): ModuleSettings => ({
  errorReports: profile.errorReports,
  registrationReports: { circuit: 0, packet: 0, eps: 0 },
  contextEvents: profile.general.contextEvents,
  zoneReports: 0,
})

export const closedSockets: Sockets = { reading: 0, family: 1, options: [10, 0, 0, 1, 0, 0, 500, 0] }
