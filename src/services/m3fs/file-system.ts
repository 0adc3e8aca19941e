/** Names, directories and links of an image. Source: services section 3.4. */
import { CallError, codes } from '#kernel'
import { sound } from './damaged.ts'
import { addEntry, changeEntry, checkName, dropEntry, findEntry, listDirectory } from './directory.ts'
import type { DirectoryEntry } from './directory.ts'
import { cutBlocks } from './extents.ts'
import { emptyInode, isDirectory, modes, mostLinks, rootInode } from './inode.ts'
import type { Inode } from './inode.ts'
import { componentsOf, isSelfOrParent } from './paths.ts'
import type { Volume } from './volume.ts'

/** Where a path leads: the directory, the last name, and the inode if there is one. */
interface Place {
  readonly directory: Inode
  readonly name: string
  readonly inode: number | undefined
}

/** Those who use files while names and blocks come and go. */
export interface FileUsers {
  /** Whether somebody uses an inode, which must keep its blocks when its last name goes. */
  isOpen(inode: number): boolean
  /** Blocks of a file or directory have gone away; nobody must get them before its users lose access. */
  shrunk(inode: number): Promise<void>
}

const nobody: FileUsers = { isOpen: () => false, shrunk: async () => {} }

/** What the operations need to know of the world around them. */
export interface FileSystemOptions {
  /** Seconds, for the times of files. */
  readonly now?: () => Promise<number>
  /** Those who use files; without, nobody does. */
  readonly users?: FileUsers
}

/** Operations by path. They reject with CallError and the code of the specification, and with DamagedImage. */
export class FileSystem {
  readonly volume: Volume
  readonly #now: () => Promise<number>
  readonly #users: FileUsers

  constructor(volume: Volume, { now, users }: FileSystemOptions = {}) {
    this.volume = volume
    this.#now = now ?? (async () => 0)
    this.#users = users ?? nobody
  }

  /** Rejects: NoSuchFile, IsNoDir. */
  async lookup(path: string): Promise<Inode> {
    let inode = await this.volume.inode(rootInode)
    for (const name of componentsOf(path)) inode = await this.#child(inode, name)
    return inode
  }

  /** The file of a path, made as a regular one if its last name is missing. Rejects: NoSuchFile, IsNoDir, NoSpace. */
  async lookupOrCreate(path: string, permissions = 0o644): Promise<Inode> {
    const { directory, name, inode } = await this.#place(path)
    if (inode !== undefined) return this.volume.inode(inode)
    return this.#addFresh(directory, name, modes.regular | permissions)
  }

  /** Names in a directory, "." and ".." included. Rejects: NoSuchFile, IsNoDir. */
  async list(path: string): Promise<readonly DirectoryEntry[]> {
    const inode = await this.lookup(path)
    if (!isDirectory(inode)) refuse('IsNoDir', path)
    return listDirectory(this.volume, inode)
  }

  /** Rejects: Exists, NoSpace, errors of the lookup. */
  async mkdir(path: string, permissions = 0o755): Promise<void> {
    const { directory, name, inode } = await this.#place(path)
    if (inode !== undefined) refuse('Exists', path)
    if (directory.links >= mostLinks) refuse('NoSpace', path)
    await this.#addFresh(directory, name, modes.directory | (permissions & modes.permissions))
  }

  /** Rejects: InvArgs for the root and for "." and ".."; IsNoDir, DirNotEmpty. */
  async rmdir(path: string): Promise<void> {
    const { directory, name, inode } = await this.#place(path)
    if (name === '' || isSelfOrParent(name)) refuse('InvArgs', path)
    const gone = await this.#existing(inode, path)
    if (!isDirectory(gone)) refuse('IsNoDir', path)
    const entries = await listDirectory(this.volume, gone)
    if (!entries.every((entry) => isSelfOrParent(entry.name))) refuse('DirNotEmpty', path)
    const parent = await this.#drop(directory, name)
    await this.volume.writeInode({ ...parent, links: parent.links - 1 })
    await this.#unlinked(gone, 2)
  }

  /** Gives a file a second name. Rejects: IsDir for a directory, Exists, NoSpace when it has too many. */
  async link(from: string, to: string): Promise<void> {
    const file = await this.lookup(from)
    if (isDirectory(file)) refuse('IsDir', from)
    const { directory, name, inode } = await this.#place(to)
    if (inode !== undefined) refuse('Exists', to)
    if (file.links >= mostLinks) refuse('NoSpace', from)
    await addEntry(this.volume, directory, name, file.number)
    await this.volume.writeInode({ ...file, links: file.links + 1 })
  }

  /** Rejects: InvArgs when the path ends in "", "." or ".."; IsDir. */
  async unlink(path: string): Promise<void> {
    const { directory, name, inode } = await this.#place(path)
    if (name === '' || isSelfOrParent(name)) refuse('InvArgs', path)
    const file = await this.#existing(inode, path)
    if (isDirectory(file)) refuse('IsDir', path)
    await this.#drop(directory, name)
    await this.#unlinked(file, 1)
  }

  /** Moves a file, over another one if the new name is taken. Rejects: InvArgs, IsDir. */
  async rename(from: string, to: string): Promise<void> {
    const old = await this.#place(from)
    const target = await this.#place(to)
    for (const { name } of [old, target]) if (name === '' || isSelfOrParent(name)) refuse('InvArgs', from)
    const file = await this.#existing(old.inode, from)
    if (isDirectory(file)) refuse('IsDir', from)
    if (target.inode === file.number) return
    if (target.inode === undefined) {
      await addEntry(this.volume, target.directory, target.name, file.number)
    } else {
      const replaced = await this.volume.inode(target.inode)
      if (isDirectory(replaced)) refuse('IsDir', to)
      await changeEntry(this.volume, target.directory, target.name, file.number)
      await this.#unlinked(replaced, 1)
    }
    // Adding may have changed the directory's inode.
    await this.#drop(await this.volume.inode(old.directory.number), old.name)
  }

  /** Frees an inode without names when nobody uses it any more. */
  async release(number: number): Promise<void> {
    const inode = await this.volume.inode(number)
    if (inode.links > 0 || this.#users.isOpen(number)) return
    await this.volume.writeInode({ ...(await cutBlocks(this.volume, inode, 0)), size: 0 })
    await this.volume.freeInode(number)
  }

  /** Shortens a file to `size` bytes, at most what it has. */
  async truncate(inode: Inode, size: number): Promise<Inode> {
    const kept = await cutBlocks(this.volume, inode, Math.ceil(size / this.volume.blockBytes))
    const changed = { ...kept, size, lastModified: await this.#now() }
    await this.volume.writeInode(changed)
    await this.#users.shrunk(inode.number)
    return changed
  }

  /** The time for inodes, in seconds. */
  now(): Promise<number> {
    return this.#now()
  }

  async #child(directory: Inode, name: string): Promise<Inode> {
    if (!isDirectory(directory)) refuse('IsNoDir', name)
    const inode = await findEntry(this.volume, directory, name)
    return this.#existing(inode, name)
  }

  async #place(path: string): Promise<Place> {
    const components = componentsOf(path)
    const name = components.at(-1) ?? ''
    let directory = await this.volume.inode(rootInode)
    for (const each of components.slice(0, -1)) directory = await this.#child(directory, each)
    if (!isDirectory(directory)) refuse('IsNoDir', path)
    const inode = name === '' ? rootInode : await findEntry(this.volume, directory, name)
    return { directory, name, inode }
  }

  async #existing(inode: number | undefined, path: string): Promise<Inode> {
    return inode === undefined ? refuse('NoSuchFile', path) : this.volume.inode(inode)
  }

  /** A fresh inode under a name; either all of it happens or nothing. */
  async #addFresh(directory: Inode, name: string, mode: number): Promise<Inode> {
    checkName(this.volume, name)
    const number = await this.volume.allocateInode()
    let inode = emptyInode(number, mode, await this.#now())
    try {
      if (isDirectory(inode)) inode = await this.#addSelfAndParent(inode, directory.number)
      await addEntry(this.volume, directory, name, number)
    } catch (reason) {
      await cutBlocks(this.volume, inode, 0)
      await this.volume.freeInode(number)
      throw reason
    }
    if (isDirectory(inode)) {
      const parent = await this.volume.inode(directory.number)
      await this.volume.writeInode({ ...parent, links: parent.links + 1 })
    }
    inode = { ...inode, links: inode.links + 1 }
    await this.volume.writeInode(inode)
    return inode
  }

  async #addSelfAndParent(inode: Inode, parent: number): Promise<Inode> {
    const withSelf = await addEntry(this.volume, inode, '.', inode.number)
    const whole = await addEntry(this.volume, withSelf, '..', parent)
    return { ...whole, links: 1 }
  }

  async #drop(directory: Inode, name: string): Promise<Inode> {
    const changed = await dropEntry(this.volume, directory, name)
    if (changed.size < directory.size) await this.#users.shrunk(directory.number)
    return changed
  }

  /** Takes links away; the last one takes the file with it unless somebody uses it. */
  async #unlinked(inode: Inode, links: number): Promise<void> {
    sound(inode.links >= links, () => `inode ${inode.number} has more names than links`)
    await this.volume.writeInode({ ...inode, links: inode.links - links })
    await this.release(inode.number)
  }
}

/** Ends an operation with the code of the specification and what it was about. */
function refuse(name: keyof typeof codes, about: string): never {
  throw new CallError(codes[name], JSON.stringify(about))
}
