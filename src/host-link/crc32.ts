/** CRC-32 of IEEE 802.3: reflected, initial and final value all ones. */
const table = Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb8_8320 : 0)
  return sum >>> 0
})

/** The CRC-32 of bytes; 0xCBF43926 for the nine characters `123456789`. */
export const crc32 = (bytes: Uint8Array): number => {
  let sum = 0xffff_ffff
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] as number)
  return ~sum >>> 0
}
