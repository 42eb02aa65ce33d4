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
} from '../../src/conformance/scripted-broker/mqtt-bytes.ts'
