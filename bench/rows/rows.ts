import type { Benchmark } from '../harness/benchmark.ts'
import { busyInTurn, busyWhole } from './busy-modules.ts'
import { codecEncode, codecParse } from './codec.ts'
import { consoleKinds, consoleMemory, consoleText } from './console-store.ts'
import { flatMemory } from './flat-memory.ts'
import { fleetRows } from './fleet.ts'
import { idleMemory } from './idle-memory.ts'
import { interpret, scan } from './interpret.ts'
import { paceRows } from './pace.ts'
import { pipelined } from './pipelined.ts'
import { consoleCost, publishCycle } from './publish-cycle.ts'
import { receiveQos0, receiveQos1 } from './receive.ts'
import { rigRow } from './rig.ts'
import { explainStart, startRows } from './start.ts'
import { startModuleRow } from './start-module.ts'
import { tlsConnectOpen, tlsConnectVerified } from './tls-connect.ts'
import { tlsIdle } from './tls-idle.ts'

/** In the order of the issue. */
export const benchmarks: readonly Benchmark[] = [
  codecEncode,
  codecParse,
  publishCycle,
  pipelined,
  receiveQos0,
  receiveQos1,
  scan,
  interpret,
  idleMemory,
  tlsConnectOpen,
  tlsConnectVerified,
  tlsIdle,
  ...paceRows,
  flatMemory,
  ...startRows,
  explainStart,
  startModuleRow,
  rigRow,
  busyWhole,
  busyInTurn,
  consoleCost,
  consoleMemory,
  consoleKinds,
  consoleText,
  ...fleetRows,
]
