export { type BytePeer, startBytePeer } from '../../src/conformance/scripted-broker/byte-peer.ts'
export type { PeerBehaviour } from '../../src/conformance/scripted-broker/peer-answers.ts'
