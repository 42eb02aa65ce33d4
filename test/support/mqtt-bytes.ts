export {
  type PublishFields,
  packetType,
  type RawPacket,
  readFilters,
  readPacket,
  readPublish,
  word,
  writePacket,
  writePublish,
} from '../../src/evidence/peer/mqtt-bytes.ts'
