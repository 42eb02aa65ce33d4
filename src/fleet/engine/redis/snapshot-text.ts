import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ShardSnapshot } from '../../metrics/snapshot.ts'

/** One of 1,000 verified modules has up to 200 KB each second. */
export const packed = (snapshot: ShardSnapshot): Buffer => deflateRawSync(JSON.stringify(snapshot), { level: 1 })

export const unpacked = (bytes: Buffer): ShardSnapshot => JSON.parse(inflateRawSync(bytes).toString()) as ShardSnapshot
