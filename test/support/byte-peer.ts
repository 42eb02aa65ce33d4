export { type BytePeer, type PeerBehaviour, startBytePeer } from '../../src/conformance/scripted-broker/byte-peer.ts'
