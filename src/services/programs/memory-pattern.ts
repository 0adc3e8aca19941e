/** The bytes that owner and borrower of a page agreed on. */
export const memoryPattern = (bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + (index >> 8)) & 0xff)
