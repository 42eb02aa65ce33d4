import { startPage } from './app/start.tsx'
import { startWorker } from './app/start-worker.ts'

// A page from a disk: the rows and the worker's code stand in it.
const textOf = (id: string): string => document.getElementById(id)!.textContent ?? ''
const code = new Blob([textOf('worker-code')], { type: 'text/javascript' })
startPage(startWorker(URL.createObjectURL(code), {})).open(textOf('frames'))
