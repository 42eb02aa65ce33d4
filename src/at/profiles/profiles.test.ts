import { expect, test } from 'vitest'
import { lineageOf, mostAlike, profiles, profilesForModel } from './profiles.ts'

const sim767x = ['sim767x', 'sim767x-v106']

test.each([
  ['SIM7672G-MNGV', sim767x],
  ['SIM7652E', sim767x],
  ['SIMCOM_SIM7670G', sim767x],
  ['A7670E-FASE', ['a76xx']],
  ['A7672S', ['a76xx']],
  ['A7670C-LASS', ['a7670c-v11', 'a76xx']],
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

test.each([
  ['a7670c-v11', ['a7670c-v11', 'a76xx']],
  ['sim7600', ['sim7600']],
  ['of-its-own', ['of-its-own']],
])('%s plays the transcripts of %j', (name, names) => {
  expect(lineageOf(name)).toEqual(names)
})

test('of profiles that are alike the first is taken', () => {
  const [first, second] = Object.values(profiles)
  expect(mostAlike([first!, second!], () => 1)).toBe(first)
  expect(mostAlike([first!, second!], (profile) => (profile === second ? 2 : 1))).toBe(second)
  expect(mostAlike([], () => 1)).toBeUndefined()
})
