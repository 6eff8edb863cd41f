const MAGIC = 0xfd2fb528;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;

/**
 * How many bytes a zstd frame declares to hold (RFC 8878, section 3.1.1.1); undefined when it does not say, or is no frame.
 * A claim: the decoder must not go past it.
 */
export function frameLength(frame: Buffer): number | undefined {
  if (frame.length < 6 || frame.readUInt32LE() !== MAGIC) {
    return undefined;
  }
  const descriptor = frame.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryIdBytes = DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryIdBytes;
  const width = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  if (width === 0 || frame.length < at + width) {
    return undefined;
  }
  // Two bytes count from 256; no body of ours needs more than six.
  return frame.readUIntLE(at, Math.min(6, width)) + (width === 2 ? 256 : 0);
}
