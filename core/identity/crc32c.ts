/**
 * CRC32C (Castagnoli), the checksum of object stores. Eight bytes a step over eight tables; `state` chains chunks.
 */
const POLYNOMIAL = 0x82f63b78;
const TABLES = makeTables();

function makeTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    tables[byte] = value;
  }
  for (let table = 1; table < 8; table++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[(table - 1) * 256 + byte] ?? 0;
      tables[table * 256 + byte] = (before >>> 8) ^ (tables[before & 255] ?? 0);
    }
  }
  return tables;
}

/** The checksum of `bytes`, continued from that of the bytes before (0 at the beginning). An unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const t = TABLES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = ~previous;
  let at = 0;
  const whole = bytes.length - (bytes.length % 8);
  for (; at < whole; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      (t[0x700 | (low & 255)] ?? 0) ^
      (t[0x600 | ((low >>> 8) & 255)] ?? 0) ^
      (t[0x500 | ((low >>> 16) & 255)] ?? 0) ^
      (t[0x400 | (low >>> 24)] ?? 0) ^
      (t[0x300 | (high & 255)] ?? 0) ^
      (t[0x200 | ((high >>> 8) & 255)] ?? 0) ^
      (t[0x100 | ((high >>> 16) & 255)] ?? 0) ^
      (t[high >>> 24] ?? 0);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ (t[(crc ^ view.getUint8(at)) & 255] ?? 0);
  return ~crc >>> 0;
}

/** Eight lower-case hex digits, as reports and events hold it. */
export function crc32cHex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
