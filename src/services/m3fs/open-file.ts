/** An open file: a position, and a window through which its user reaches the data directly. Source: services section 3.5. */
import { CallError, codes } from '#kernel'
import { appendExtent, extentFrom, extentStart } from './extents.ts'
import type { FileSystem } from './file-system.ts'
import type { Extent, Inode } from './inode.ts'
import type { OpenFiles, Place, Window } from './open-files.ts'

/** Flags of Open. Services section 2.3. */
export const openFlags = Object.freeze({
  read: 1,
  write: 2,
  execute: 4,
  truncate: 8,
  append: 0x10,
  create: 0x20,
  noData: 0x40,
  newSession: 0x80,
})

/** What the user of a file got: `length` bytes from `offset` of its window. */
export interface Chunk {
  readonly offset: number
  readonly length: number
}

/** A window that is not committed yet. */
interface Pending {
  /** Position in the file at which it starts. */
  readonly start: number
  readonly bytes: number
  /** Whether it lies behind the end of the file. */
  readonly appending: boolean
  /** Blocks that the file gets with the commit. */
  readonly fresh: Extent | undefined
}

const none: Chunk = Object.freeze({ offset: 0, length: 0 })

/**
 * The state of one open file.
 *
 * Windows that are over are not revoked at once but handed to `OpenFiles.retire`, so that the user gets its answer first
 * (services section 3.5, step 6).
 */
export class OpenFile {
  readonly inode: number
  readonly flags: number
  readonly path: string
  readonly #system: FileSystem
  readonly #files: OpenFiles
  #next = 0
  #pending: Pending | undefined
  #window: Window | undefined

  constructor(system: FileSystem, files: OpenFiles, inode: number, flags: number, path: string) {
    this.#system = system
    this.#files = files
    this.inode = inode
    this.flags = flags
    this.path = path
  }

  /** Whether it has a window behind the end of the file. */
  get appending(): boolean {
    return this.#pending?.appending === true
  }

  /**
   * Commits the current window and moves to the next one, to read or to write.
   *
   * Rejects: CallError NoPerm, Exists when another user appends, NoSpace, or what `open` of the window rejects with.
   */
  async nextWindow(direction: 'in' | 'out', open: (place: Place) => Promise<Window>): Promise<Chunk> {
    this.#mustAllow(direction === 'out' ? openFlags.write : openFlags.read)
    if (this.#pending?.appending === true) await this.#commitAppend(this.#pending, this.#pending.bytes)
    this.#pending = undefined
    const inode = await this.#inode()
    this.#next = Math.min(this.#next, inode.size)
    const planned =
      direction === 'out' && this.#next === inode.size ? await this.#planAppend(inode) : await this.#planExisting(inode)
    if (planned === undefined) return none
    const { blockBytes } = this.#system.volume
    const offset = this.#next % blockBytes
    const place = {
      offset: planned.extent.start * blockBytes,
      bytes: offset + planned.pending.bytes,
      permissions: this.flags & (openFlags.read | openFlags.write),
    }
    let window: Window
    try {
      window = await open(place)
    } catch (reason) {
      if (planned.pending.fresh !== undefined) await this.#system.volume.freeBlocks(planned.pending.fresh)
      throw reason
    }
    this.#retireWindow()
    this.#window = window
    this.#pending = planned.pending
    this.#next += planned.pending.bytes
    return { offset, length: planned.pending.bytes }
  }

  /** Says that only the first `bytes` bytes of the window were used. Rejects: CallError InvArgs, NoSpace. */
  async commit(bytes: number): Promise<void> {
    const pending = this.#pending
    if (pending === undefined || !(bytes > 0 && bytes <= pending.bytes)) throw new CallError(codes.InvArgs, 'commit')
    if (pending.appending) await this.#commitAppend(pending, bytes)
    else this.#next = pending.start + bytes
    this.#pending = undefined
    this.#retireWindow()
  }

  /** Moves the position; what was not committed is dropped. Gives the extent's position in the file and that in the extent. */
  async seek(offset: number, whence: number): Promise<{ readonly extent: number; readonly offset: number }> {
    if (whence !== 0 && !(whence === 2 && offset === 0)) throw new CallError(codes.InvArgs, 'seek')
    await this.#dropWindow()
    const { size } = await this.#inode()
    this.#next = whence === 2 ? size : Math.min(offset, size)
    return this.#position()
  }

  /** Shortens the file. Rejects: CallError NoPerm, InvArgs when it is not that long. */
  async truncate(size: number): Promise<{ readonly extent: number; readonly offset: number }> {
    this.#mustAllow(openFlags.write)
    const inode = await this.#inode()
    if (size > inode.size) throw new CallError(codes.InvArgs, 'truncate')
    await this.#dropWindow()
    await this.#system.truncate(inode, size)
    this.#next = Math.min(this.#next, size)
    return this.#position()
  }

  /** Takes the window away because its blocks go or went away. */
  async lose(): Promise<void> {
    await this.#dropWindow()
  }

  /** Ends the use of the file; what was not committed is dropped. */
  async close(): Promise<void> {
    await this.#dropWindow()
    this.#files.remove(this)
    await this.#system.release(this.inode)
  }

  #inode(): Promise<Inode> {
    return this.#system.volume.inode(this.inode)
  }

  #mustAllow(flag: number): void {
    if ((this.flags & flag) === 0) throw new CallError(codes.NoPerm, this.path)
  }

  /** The rest of the extent with the position, as far as the file goes. */
  async #planExisting({ size, ...inode }: Inode): Promise<{ extent: Extent; pending: Pending } | undefined> {
    const { volume } = this.#system
    const start = this.#next
    if (start >= size) return undefined
    const extent = await extentFrom(volume, { size, ...inode }, Math.floor(start / volume.blockBytes))
    if (extent === undefined) return undefined
    const end = Math.min(size, start - (start % volume.blockBytes) + extent.length * volume.blockBytes)
    return { extent, pending: { start, bytes: end - start, appending: false, fresh: undefined } }
  }

  /** The rest of the last block if the file ends in it, otherwise fresh blocks. */
  async #planAppend(inode: Inode): Promise<{ extent: Extent; pending: Pending } | undefined> {
    const { volume } = this.#system
    if (this.#files.isAppending(this.inode)) throw new CallError(codes.Exists, 'another user appends')
    const start = inode.size
    const used = start % volume.blockBytes
    const last = used === 0 ? undefined : await extentFrom(volume, inode, Math.floor(start / volume.blockBytes))
    if (last !== undefined)
      return { extent: last, pending: { start, bytes: volume.blockBytes - used, appending: true, fresh: undefined } }
    const fresh = await volume.allocateBlocks(this.#files.appendBlocks)
    if (this.#files.freshBlocks === 'cleared')
      for (let block = fresh.start; block < fresh.start + fresh.length; block++)
        await volume.storage.write(block * volume.blockBytes, new Uint8Array(volume.blockBytes))
    return { extent: fresh, pending: { start, bytes: fresh.length * volume.blockBytes, appending: true, fresh } }
  }

  /** Makes the first `bytes` bytes of a window part of the file and frees the blocks that are too many. */
  async #commitAppend({ start, fresh }: Pending, bytes: number): Promise<void> {
    const { volume } = this.#system
    let inode = await this.#inode()
    if (fresh !== undefined) {
      const used = Math.ceil(bytes / volume.blockBytes)
      inode = await appendExtent(volume, inode, { start: fresh.start, length: used })
      if (used < fresh.length) await volume.freeBlocks({ start: fresh.start + used, length: fresh.length - used })
    }
    await volume.writeInode({ ...inode, size: start + bytes, lastModified: await this.#system.now() })
    this.#pending = undefined
    this.#next = start + bytes
  }

  async #position(): Promise<{ readonly extent: number; readonly offset: number }> {
    const { volume } = this.#system
    const block = await extentStart(volume, await this.#inode(), Math.floor(this.#next / volume.blockBytes))
    const extent = block * volume.blockBytes
    return { extent, offset: this.#next - extent }
  }

  /** Gives fresh blocks back and goes to where the window started. */
  async #dropWindow(): Promise<void> {
    this.#retireWindow()
    const pending = this.#pending
    this.#pending = undefined
    if (pending === undefined) return
    if (pending.appending) this.#next = pending.start
    if (pending.fresh !== undefined) await this.#system.volume.freeBlocks(pending.fresh)
  }

  #retireWindow(): void {
    if (this.#window !== undefined) this.#files.retire(this.#window)
    this.#window = undefined
  }
}
