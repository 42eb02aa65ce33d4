import { startPage } from './app/start.tsx'
import { startWorker } from './app/start-worker.ts'
import { takeToken } from './app/token.ts'

const token = takeToken()
const worker = startWorker(new URL('assets/worker.js', document.baseURI).href, { type: 'module' })
startPage(worker).connect(new URL('stream', location.href.replace(/^http/, 'ws')).href, token)
