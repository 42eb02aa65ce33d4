import { errorCode, SetupError } from '../../../io/setup-error.ts'

/** Asked for where a run is on several machines: whoever has no Redis need not install them. */
export const loadRedis = async () => (await import('ioredis').catch(notInstalled)).Redis
export const loadQueues = async () => await import('bullmq').catch(notInstalled)

function notInstalled(error: unknown): never {
  if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(errorCode(error) ?? '')) throw error
  throw new SetupError('missing', '--redis needs two more packages: npm install bullmq ioredis.', error)
}
