import { readAddress } from './address.ts'

const kept = 'atmqtt-console-token'

/** The token out of the address, where it does not stay; a reload of this tab finds it again. Empty: there is none. */
export function takeToken(): string {
  const { token } = readAddress(location.hash)
  if (token !== undefined) {
    sessionStorage.setItem(kept, token)
    const rest = location.hash.replace(/(?<=[#&])token=[^&]*&?/, '').replace(/[#&]$/, '')
    history.replaceState(null, '', rest || location.pathname)
  }
  return token ?? sessionStorage.getItem(kept) ?? ''
}
