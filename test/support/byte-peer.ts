export { type BytePeer, type PeerBehaviour, startBytePeer } from '../../src/evidence/peer/byte-peer.ts'
