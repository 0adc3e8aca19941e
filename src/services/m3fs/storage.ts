/** Where the bytes of an image are: an array, a file, memory behind a capability. */
export interface Storage {
  /** Size in bytes. */
  readonly bytes: number
  /** A copy of `bytes` bytes from `offset`. */
  read(offset: number, bytes: number): Promise<Uint8Array>
  write(offset: number, data: Uint8Array): Promise<void>
}

/**
 * An image in an array.
 *
 * Rejects: RangeError for what is not inside.
 */
export const arrayStorage = (image: Uint8Array): Storage => {
  const inside = (offset: number, bytes: number): void => {
    if (!(offset >= 0 && bytes >= 0 && offset + bytes <= image.length))
      throw new RangeError(`${bytes} bytes from ${offset} are not inside an image of ${image.length} bytes`)
  }
  return {
    bytes: image.length,
    read: async (offset, bytes) => {
      inside(offset, bytes)
      return image.slice(offset, offset + bytes)
    },
    write: async (offset, data) => {
      inside(offset, data.length)
      image.set(data, offset)
    },
  }
}
