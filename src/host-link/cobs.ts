/** Consistent overhead byte stuffing: frames without the byte 0, so that 0 can end them. */

/** The bytes without zeros, and the zero that ends them. */
export const cobsEncode = (bytes: Uint8Array): Uint8Array => {
  const coded: number[] = [0]
  let code = 0
  const close = (): void => {
    coded[code] = coded.length - code
  }
  for (const byte of bytes) {
    // A block of 254 bytes ends without a zero of its own.
    if (coded.length - code === 255) {
      close()
      code = coded.length
      coded.push(0)
    }
    if (byte !== 0) {
      coded.push(byte)
      continue
    }
    close()
    code = coded.length
    coded.push(0)
  }
  close()
  return Uint8Array.from([...coded, 0])
}

/** The bytes of one frame, without the zero behind it; undefined when no encoder makes such bytes. */
export const cobsDecode = (coded: Uint8Array): Uint8Array | undefined => {
  const bytes: number[] = []
  for (let place = 0; place < coded.length;) {
    const code = coded[place] as number
    if (code === 0 || place + code > coded.length) return undefined
    for (const byte of coded.subarray(place + 1, place + code)) {
      if (byte === 0) return undefined
      bytes.push(byte)
    }
    place += code
    if (code < 255 && place < coded.length) bytes.push(0)
  }
  return Uint8Array.from(bytes)
}
