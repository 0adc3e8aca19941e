/** Program images: a module whose text names a program that is registered with the simulator. Source: kernel section 4.3. */

const prefix = 'tessera-program:'

/** The image of a registered program. */
export const imageOf = (program: string): Uint8Array => new TextEncoder().encode(`${prefix}${program}\0`)

/** The program that an image names; undefined when the bytes are no image. */
export const programOf = (bytes: Uint8Array): string | undefined => {
  const end = bytes.indexOf(0)
  const image = new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end))
  return image.startsWith(prefix) ? image.slice(prefix.length).trim() : undefined
}

/** Bytes within which an image ends. */
export const largestImageBytes = 256
