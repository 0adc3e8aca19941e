/** A block of a directory: a chain of entries that fills it exactly. Source: services section 3.1. */
import { sound } from './damaged.ts'

/** One entry of a block. */
export interface BlockEntry {
  /** Byte of the block at which it starts. */
  readonly at: number
  /** Bytes from here to the next entry, or to the end of the block. */
  readonly next: number
  readonly inode: number
  readonly name: string
  /** Bytes of the name. */
  readonly nameBytes: number
}

/** Bytes of an entry without its name. Services section 3.1. */
export const entryHeaderBytes = 12

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * All entries of a block; `where` names the block when it is damaged.
 *
 * Rejects: DamagedImage.
 */
export const readEntries = (bytes: Uint8Array, where: string): readonly BlockEntry[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries: BlockEntry[] = []
  for (let at = 0; at < bytes.length; at += (entries.at(-1) as BlockEntry).next) {
    sound(at + entryHeaderBytes <= bytes.length, () => `${where}: no entry fits at byte ${at}`)
    const nameBytes = view.getUint32(at + 4, true)
    const next = view.getUint32(at + 8, true)
    sound(
      next % 4 === 0 && next >= entryHeaderBytes && at + next <= bytes.length && entryHeaderBytes + nameBytes <= next,
      () => `${where}: the entry at byte ${at} has ${next} bytes and a name of ${nameBytes}`,
    )
    const name = bytes.subarray(at + entryHeaderBytes, at + entryHeaderBytes + nameBytes)
    entries.push({
      at,
      next,
      inode: view.getUint32(at, true),
      name: decodeName(name, `${where}, byte ${at}`),
      nameBytes,
    })
  }
  return entries
}

const decodeName = (bytes: Uint8Array, where: string): string => {
  let name: string | undefined
  try {
    name = decoder.decode(bytes)
  } catch {
    // Told below.
  }
  sound(name !== undefined && isName(name), () => `${where}: ${JSON.stringify(name ?? '\ufffd')} is no name of a file`)
  return name
}

/** Whether a text can be the name of an entry at all. */
export const isName = (name: string): boolean => name !== '' && !name.includes('/') && !name.includes('\0')

/** Bytes that a name has in an entry. */
export const bytesOfName = (name: string): number => encoder.encode(name).length

/** A block with a single entry. */
export const blockWith = (blockBytes: number, inode: number, name: string): Uint8Array => {
  const bytes = new Uint8Array(blockBytes)
  putEntry(bytes, 0, { inode, name, next: blockBytes })
  return bytes
}

/** Puts an entry where there is room; says whether there was. */
export const insertEntry = (
  bytes: Uint8Array,
  entries: readonly BlockEntry[],
  inode: number,
  name: string,
): boolean => {
  const needed = entryHeaderBytes + bytesOfName(name)
  const roomy = entries.find((entry) => entry.next - usedBytes(entry) >= needed)
  if (roomy === undefined) return false
  const used = usedBytes(roomy)
  setNext(bytes, roomy.at, used)
  putEntry(bytes, roomy.at + used, { inode, name, next: roomy.next - used })
  return true
}

/** Takes an entry out of a block that has others. */
export const removeEntry = (bytes: Uint8Array, entries: readonly BlockEntry[], index: number): void => {
  const { at, next } = entries[index] as BlockEntry
  const before = entries[index - 1]
  if (before !== undefined) return setNext(bytes, before.at, before.next + next)
  const after = entries[index + 1] as BlockEntry
  putEntry(bytes, at, { ...after, next: next + after.next })
}

/** Makes an entry point to another inode. */
export const redirectEntry = (bytes: Uint8Array, { at }: BlockEntry, inode: number): void =>
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, inode, true)

const usedBytes = ({ nameBytes }: BlockEntry): number => entryHeaderBytes + Math.ceil(nameBytes / 4) * 4

const setNext = (bytes: Uint8Array, at: number, next: number): void =>
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 8, next, true)

const putEntry = (
  bytes: Uint8Array,
  at: number,
  { inode, name, next }: Pick<BlockEntry, 'inode' | 'name' | 'next'>,
): void => {
  const encoded = encoder.encode(name)
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  view.setUint32(0, inode, true)
  view.setUint32(4, encoded.length, true)
  view.setUint32(8, next, true)
  bytes.set(encoded, at + entryHeaderBytes)
}
