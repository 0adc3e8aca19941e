/** A plain file system in memory: what names and bytes do, without blocks. Written from services sections 2.4 and 3.4. */
import { CallError, codes } from '../../../src/kernel/index.ts'

interface Directory {
  readonly kind: 'directory'
  readonly parent: Directory | undefined
  readonly entries: Map<string, Node>
}

interface Contents {
  readonly kind: 'file'
  data: Uint8Array
  users: number
}

type Node = Directory | Contents

const fail = (name: keyof typeof codes): never => {
  throw new CallError(codes[name])
}

const special = ['', '.', '..']
const flags = { read: 1, write: 2, truncate: 8, create: 0x20 }

export class ReferenceFileSystem {
  readonly #root: Directory = { kind: 'directory', parent: undefined, entries: new Map() }

  mkdir(path: string): void {
    const { directory, name, node } = this.#place(path)
    if (node !== undefined) fail('Exists')
    directory.entries.set(name, { kind: 'directory', parent: directory, entries: new Map() })
  }

  rmdir(path: string): void {
    const { directory, name, node } = this.#place(path)
    if (special.includes(name)) fail('InvArgs')
    if (node === undefined) return fail('NoSuchFile')
    if (node.kind !== 'directory') return fail('IsNoDir')
    if (node.entries.size > 0) fail('DirNotEmpty')
    directory.entries.delete(name)
  }

  link(from: string, to: string): void {
    const file = this.#lookup(from)
    if (file.kind === 'directory') fail('IsDir')
    const { directory, name, node } = this.#place(to)
    if (node !== undefined) fail('Exists')
    directory.entries.set(name, file)
  }

  unlink(path: string): void {
    const { directory, name, node } = this.#place(path)
    if (special.includes(name)) fail('InvArgs')
    if (node === undefined) return fail('NoSuchFile')
    if (node.kind === 'directory') fail('IsDir')
    directory.entries.delete(name)
  }

  rename(from: string, to: string): void {
    const old = this.#place(from)
    const target = this.#place(to)
    if (special.includes(old.name) || special.includes(target.name)) fail('InvArgs')
    if (old.node === undefined) return fail('NoSuchFile')
    if (old.node.kind === 'directory') fail('IsDir')
    if (old.node === target.node) return
    if (target.node?.kind === 'directory') fail('IsDir')
    target.directory.entries.set(target.name, old.node)
    old.directory.entries.delete(old.name)
  }

  open(path: string, how: number): ReferenceFile {
    const { directory, name, node } = (how & flags.create) === 0 ? this.#existing(path) : this.#place(path)
    const file: Node = node ?? { kind: 'file', data: new Uint8Array(), users: 0 }
    if (node === undefined) directory.entries.set(name, file)
    if (file.kind === 'directory') {
      if ((how & (flags.write | flags.truncate)) !== 0) return fail('IsDir')
      return new ReferenceFile(undefined, how)
    }
    if ((how & flags.truncate) !== 0) file.data = new Uint8Array()
    return new ReferenceFile(file, how)
  }

  /** Whether a path leads to a file that somebody has open. */
  isOpen(path: string): boolean {
    try {
      const node = this.#lookup(path)
      return node.kind === 'file' && node.users > 0
    } catch {
      return false
    }
  }

  contents(directory: Directory = this.#root, at = ''): Record<string, unknown> {
    const all: Record<string, unknown> = {}
    for (const [name, node] of directory.entries) {
      const where = `${at}/${name}`
      if (node.kind === 'file') all[where] = node.data
      else Object.assign(all, { [where]: 'directory' }, this.contents(node, where))
    }
    return all
  }

  #existing(path: string) {
    const place = this.#place(path)
    return place.node === undefined ? fail('NoSuchFile') : place
  }

  #lookup(path: string): Node {
    return this.#existing(path).node ?? fail('NoSuchFile')
  }

  #place(path: string): { readonly directory: Directory; readonly name: string; readonly node: Node | undefined } {
    const names = path.split('/').filter((name) => name !== '')
    const last = names.pop() ?? ''
    let directory = this.#root
    for (const name of names) {
      const next = this.#child(directory, name) ?? fail('NoSuchFile')
      directory = next.kind === 'directory' ? next : fail('IsNoDir')
    }
    return { directory, name: last, node: last === '' ? this.#root : this.#child(directory, last) }
  }

  #child(directory: Directory, name: string): Node | undefined {
    if (name === '.') return directory
    if (name === '..') return directory.parent ?? directory
    return directory.entries.get(name)
  }
}

/** An open file; contents of directories are not compared. */
export class ReferenceFile {
  readonly #file: Contents | undefined
  readonly #flags: number
  #position = 0

  constructor(file: Contents | undefined, how: number) {
    this.#file = file
    this.#flags = how
    if (file !== undefined) file.users++
  }

  get isDirectory(): boolean {
    return this.#file === undefined
  }

  /** Whether nobody else has the file open. */
  get isAlone(): boolean {
    return this.#file?.users === 1
  }

  get size(): number {
    return this.#file?.data.length ?? NaN
  }

  read(length: number): Uint8Array {
    const { data } = this.#contents
    if (length > 0 && (this.#flags & flags.read) === 0) fail('NoPerm')
    if (length === 0) return new Uint8Array()
    const start = Math.min(this.#position, data.length)
    const part = data.slice(start, start + length)
    if (part.length > 0) this.#position = start + part.length
    return part
  }

  write(bytes: Uint8Array): void {
    const file = this.#contents
    if (bytes.length === 0) return
    if ((this.#flags & flags.write) === 0) fail('NoPerm')
    const start = Math.min(this.#position, file.data.length)
    const data = new Uint8Array(Math.max(file.data.length, start + bytes.length))
    data.set(file.data)
    data.set(bytes, start)
    file.data = data
    this.#position = start + bytes.length
  }

  seek(to: number): number {
    this.#position = Math.min(to, this.#contents.data.length)
    return this.#position
  }

  truncate(to: number): void {
    const file = this.#contents
    if ((this.#flags & flags.write) === 0) fail('NoPerm')
    if (to > file.data.length) fail('InvArgs')
    file.data = file.data.slice(0, to)
    this.#position = Math.min(this.#position, to)
  }

  close(): void {
    if (this.#file !== undefined) this.#file.users--
  }

  get #contents(): Contents {
    return this.#file ?? fail('IsDir')
  }
}
