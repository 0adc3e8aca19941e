/** All open files of an image: who uses which, and windows that are over. Source: services sections 3.4 and 3.5. */
import { CallError, codes } from '#kernel'
import type { FileSystem, FileUsers } from './file-system.ts'
import { isDirectory, modes } from './inode.ts'
import { OpenFile, openFlags } from './open-file.ts'

/** Bytes of the image that a window shows, and permissions as a memory gate has them. */
export interface Place {
  readonly offset: number
  readonly bytes: number
  readonly permissions: number
}

/** A user's direct access to data. */
export interface Window {
  revoke(): Promise<void>
}

export interface OpenFilesOptions {
  /** Blocks that an append asks for at once. Services section 3.2, `-e`. */
  readonly appendBlocks?: number
  /** What fresh blocks hold: zeros, or what was there before. Services section 3.2, `-c`. */
  readonly freshBlocks?: 'cleared' | 'as they were'
}

const usualAppendBlocks = 128

export class OpenFiles implements FileUsers {
  readonly appendBlocks: number
  readonly freshBlocks: 'cleared' | 'as they were'
  readonly #files = new Map<number, Set<OpenFile>>()
  #retired: Window[] = []

  constructor({ appendBlocks, freshBlocks }: OpenFilesOptions = {}) {
    this.appendBlocks = appendBlocks ?? usualAppendBlocks
    this.freshBlocks = freshBlocks ?? 'as they were'
  }

  /**
   * Opens a file, for the flags of services section 2.3. Directories can be read.
   *
   * Rejects: CallError NoSuchFile, IsNoDir, NoPerm, IsDir for a directory to be written, NoSpace.
   */
  async open(system: FileSystem, path: string, flags: number): Promise<OpenFile> {
    const { create, read, write, truncate } = openFlags
    const inode = await ((flags & create) === 0 ? system.lookup(path) : system.lookupOrCreate(path))
    if (isDirectory(inode)) {
      if ((flags & (write | truncate)) !== 0) throw new CallError(codes.IsDir, path)
      // Whoever reads it sees the blocks themselves.
      await system.volume.flush()
    }
    const lacks = (flag: number, permission: number): boolean => (flags & flag) !== 0 && (inode.mode & permission) === 0
    if (lacks(write, modes.ownerWrite) || lacks(read, modes.ownerRead)) throw new CallError(codes.NoPerm, path)
    if ((flags & truncate) !== 0) {
      if ((flags & write) === 0) throw new CallError(codes.NoPerm, path)
      await system.truncate(inode, 0)
    }
    return this.add(new OpenFile(system, this, inode.number, flags, path))
  }

  /** Takes note of a file that somebody uses from now on. */
  add(file: OpenFile): OpenFile {
    const users = this.#files.get(file.inode) ?? new Set()
    this.#files.set(file.inode, users.add(file))
    return file
  }

  remove(file: OpenFile): void {
    const users = this.#files.get(file.inode)
    users?.delete(file)
    if (users?.size === 0) this.#files.delete(file.inode)
  }

  isOpen(inode: number): boolean {
    return this.#files.has(inode)
  }

  /** Whether somebody has a window behind the end of the file. */
  isAppending(inode: number): boolean {
    return [...(this.#files.get(inode) ?? [])].some((file) => file.appending)
  }

  async shrunk(inode: number): Promise<void> {
    for (const file of this.#files.get(inode) ?? []) await file.lose()
  }

  /** Takes a window that is over; it goes with the next `settle`. */
  retire(window: Window): void {
    this.#retired.push(window)
  }

  /** Takes access away through all windows that are over. Nothing may be allocated in between. */
  async settle(): Promise<void> {
    const retired = this.#retired
    this.#retired = []
    for (const window of retired) await window.revoke()
  }
}
