import type { LossOptions, Module, ModuleState } from '../module/public.ts'
import type { Setting } from './holds.ts'

type Network = ModuleState['cellular']['network']

export const coverage = (module: Module, loss?: LossOptions): Setting<Network['coverage']> => ({
  name: 'coverage',
  read: () => module.state().cellular.network.coverage,
  apply: (value) => {
    if (module.state().cellular.network.coverage !== value) module.network(value, loss)
  },
})

export const signal = (module: Module): Setting<number> => ({
  name: 'signal',
  read: () => module.state().cellular.network.signal,
  apply: (value) => module.radio({ signal: value }),
})

export const admits = (module: Module, loss?: LossOptions): Setting<Network['admits']> => ({
  name: 'admits',
  read: () => module.state().cellular.network.admits,
  apply: (value) => module.radio({ admits: value }, loss),
})

/** APNs that are refused; the module has to ask for its own again. */
export const refusedApns = (module: Module, loss?: LossOptions): Setting<readonly string[]> => ({
  name: 'refusedApns',
  read: () => module.state().cellular.network.refusedApns,
  apply: (value) => {
    module.radio({ refusedApns: value })
    const { coverage: now } = module.state().cellular.network
    module.network('down', loss)
    module.network(now)
  },
  combine: (before, wanted) => [...before, ...wanted.flat()],
})

export const simAnswers = (module: Module): Setting<boolean> => ({
  name: 'simAnswers',
  read: () => !module.state().cellular.sim.busy,
  apply: (value) => module.sim(value ? 'idle' : 'busy'),
})

export const simIsIn = (module: Module, loss?: LossOptions): Setting<boolean> => ({
  name: 'simIsIn',
  read: () => module.state().cellular.sim.kind !== 'removed',
  apply: (value) => module.sim(value ? 'insert' : 'remove', loss),
})

export const power = (module: Module, loss?: LossOptions): Setting<boolean> => ({
  name: 'power',
  read: () => module.state().cellular.power.kind !== 'off',
  apply: (value) => module.power(value, loss),
})
