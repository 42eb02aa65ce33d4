interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** Starts the only script that the page starts by an address. */
export function startWorker(url: string, options: WorkerOptions): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('atmqtt-worker', {
    createScriptURL: (given) => (given === url ? given : 'about:blank'),
  })
  return new Worker(policy?.createScriptURL(url) ?? url, options)
}
