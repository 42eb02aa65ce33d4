import { expect, test } from 'vitest'
import { profiles, profilesForModel } from './profiles.ts'

const sim767x = ['sim767x', 'sim767x-v106']

test.each([
  ['SIM7672G-MNGV', sim767x],
  ['SIM7652E', sim767x],
  ['SIMCOM_SIM7670G', sim767x],
  ['A7670E-FASE', ['a76xx']],
  ['A7672S', ['a76xx']],
  ['A7670C-LASS', ['a76xx', 'a7670c-v11']],
  ['SIMCOM_A7608E-H', ['a76xx']],
  ['A7908E', ['a76xx']],
  ['SIM7600', ['sim7600']],
  ['SIMCOM_SIM7600E-H', ['sim7600']],
  ['sim7500a', ['sim7600']],
  ['SIM7800E', ['sim7600']],
  ['SIM7900G', ['sim7600']],
  ['SIM7906G-M2', ['sim7600']],
  ['+CGMM: SIM7600', ['sim7600']],
  ['SIM7000G', []],
  ['SIM7080G', []],
  ['SIM800L', []],
  ['XSIM7600', []],
  ['BG96', []],
  ['', []],
])('%s: %j', (model, names) => {
  expect(profilesForModel(model).map(({ name }) => name)).toEqual(names)
})

test('the model that a profile gives itself is one that it stands for', () => {
  for (const profile of Object.values(profiles)) expect(profilesForModel(profile.identity.model)).toContain(profile)
})
