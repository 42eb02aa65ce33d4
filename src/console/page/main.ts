import { startPage } from './app/start.tsx'
import { takeToken } from './app/token.ts'

const token = takeToken()
const workerUrl = new URL('assets/worker.js', document.baseURI).href
const worker = new Worker(trusted(workerUrl), { type: 'module' })
startPage(worker).connect(new URL('stream', location.href.replace(/^http/, 'ws')).href, token)

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** The only script that the page starts by an address. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('atmqtt-worker', {
    createScriptURL: (given) => (given === workerUrl ? given : 'about:blank'),
  })
  return policy?.createScriptURL(url) ?? url
}
