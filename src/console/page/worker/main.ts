import type { ToWorker } from '../messages.ts'
import { ConsoleWorker } from './console-worker.ts'

const worker = new ConsoleWorker((message) => postMessage(message))
addEventListener('message', ({ data }: MessageEvent<ToWorker>) => worker.take(data))
