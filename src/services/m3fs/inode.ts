/** Inodes: what a file or directory is, and where its first extents lie. Source: services section 3.1. */

/** `length` blocks from block `start`. */
export interface Extent {
  readonly start: number
  readonly length: number
}

export interface Inode {
  /** Number of the inode, its place in the table. */
  readonly number: number
  readonly device: number
  /** Directory entries that name it; those of "." and ".." count. */
  readonly links: number
  /** Seconds. */
  readonly lastAccess: number
  readonly lastModified: number
  /** Type and permissions: see `modes`. */
  readonly mode: number
  /** Bytes. */
  readonly size: number
  /** Number of extents, direct and indirect ones. */
  readonly extents: number
  readonly direct: readonly Extent[]
  /** Block with further extents; 0 for none. */
  readonly indirect: number
  /** Block with extents that are blocks with further extents; 0 for none. */
  readonly doubleIndirect: number
}

/** Bytes of an inode in the table, and extents in it. Services section 3.1. */
export const inodeBytes = 64
export const directExtents = 3

/** Type and permission bits. Services section 2.3. */
export const modes = Object.freeze({
  directory: 0o040000,
  regular: 0o100000,
  permissions: 0o777,
  ownerRead: 0o400,
  ownerWrite: 0o200,
})

/** Most links that the field can hold. */
export const mostLinks = 0xffff
export const rootInode = 0

/** Bits of a mode that are no permissions; the mask of services section 2.3 takes a pipe for a regular file. */
const typeOf = ({ mode }: Pick<Inode, 'mode'>): number => mode & ~modes.permissions

export const isDirectory = (inode: Pick<Inode, 'mode'>): boolean => typeOf(inode) === modes.directory
export const isRegular = (inode: Pick<Inode, 'mode'>): boolean => typeOf(inode) === modes.regular

/** An inode of that type and those permissions without name or contents. */
export const emptyInode = (number: number, mode: number, time: number): Inode => ({
  number,
  device: 0,
  links: 0,
  lastAccess: time,
  lastModified: time,
  mode,
  size: 0,
  extents: 0,
  direct: noExtents,
  indirect: 0,
  doubleIndirect: 0,
})

const noExtents: readonly Extent[] = Object.freeze(
  Array.from({ length: directExtents }, () => Object.freeze({ start: 0, length: 0 })),
)

/** Puts an inode into its place of the table. */
export const encodeInode = (inode: Inode): Uint8Array => {
  const bytes = new Uint8Array(inodeBytes)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, inode.device)
  view.setUint16(2, inode.links, true)
  view.setUint32(4, inode.lastAccess, true)
  view.setUint32(8, inode.lastModified, true)
  view.setUint32(12, inode.extents, true)
  view.setUint32(16, inode.number, true)
  view.setUint16(20, inode.mode, true)
  view.setBigUint64(24, BigInt(inode.size), true)
  for (const [index, { start, length }] of inode.direct.entries()) {
    view.setUint32(32 + 8 * index, start, true)
    view.setUint32(36 + 8 * index, length, true)
  }
  view.setUint32(56, inode.indirect, true)
  view.setUint32(60, inode.doubleIndirect, true)
  return bytes
}

/** Reads an inode as it stands in the table; sizes beyond 2^53 come out as not exact, and no image is that large. */
export const decodeInode = (bytes: Uint8Array, at: number): Inode => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, inodeBytes)
  return {
    device: view.getUint8(0),
    links: view.getUint16(2, true),
    lastAccess: view.getUint32(4, true),
    lastModified: view.getUint32(8, true),
    extents: view.getUint32(12, true),
    number: view.getUint32(16, true),
    mode: view.getUint16(20, true),
    size: Number(view.getBigUint64(24, true)),
    direct: Array.from({ length: directExtents }, (_, index) => ({
      start: view.getUint32(32 + 8 * index, true),
      length: view.getUint32(36 + 8 * index, true),
    })),
    indirect: view.getUint32(56, true),
    doubleIndirect: view.getUint32(60, true),
  }
}
