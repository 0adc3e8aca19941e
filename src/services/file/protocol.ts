/** The file protocol: one for regular files, pipes, terminals and accelerators. Source: services section 2. */
import type { CallError } from '#kernel'

/** Numbers of requests and exchanges. Services section 2.2. */
export const fileOperations = Object.freeze({
  stat: 0,
  seek: 1,
  nextIn: 2,
  nextOut: 3,
  commit: 4,
  truncate: 5,
  sync: 6,
  cloneFile: 7,
  path: 8,
  getTerminalMode: 9,
  setTerminalMode: 10,
  setDestination: 11,
  enableNotify: 12,
  requestNotify: 13,
})

/** Bits of ReqNotify and of what a server tells then. Services section 2.3. */
export const fileEvents = Object.freeze({ input: 1, output: 2, signal: 4 })

/** Terminal modes. Services section 2.3. */
export const terminalModes = Object.freeze({ raw: 0, cooked: 1 })

/** What a server says about a file. Services section 2.3. */
export interface FileInfo {
  readonly device: number
  readonly inode: number
  readonly mode: number
  readonly links: number
  /** Bytes. */
  readonly size: number
  /** Seconds. */
  readonly lastAccess: number
  readonly lastModified: number
  readonly extents: number
  readonly blockBytes: number
  readonly firstBlock: number
}

/** Fields of a FileInfo in the order in which they travel, one word each. Services section 2.3. */
export const fileInfoFields = [
  'device',
  'inode',
  'mode',
  'links',
  'size',
  'lastAccess',
  'lastModified',
  'extents',
  'blockBytes',
  'firstBlock',
] as const satisfies readonly (keyof FileInfo)[]

/** Where a window lies: the client reaches `length` bytes from `offset` of its memory endpoint. */
export interface FileWindow {
  readonly offset: number
  readonly length: number
}

/** A position as servers tell it: start of the extent in the file, and offset in the extent. */
export interface FileSeek {
  readonly extent: number
  readonly offset: number
}

/** How a client talks to the server of an open file, and reaches the data of the current window. */
export interface FileProtocol {
  nextIn(): Promise<FileWindow>
  nextOut(): Promise<FileWindow>
  commit(bytes: number): Promise<void>
  seek(offset: number, whence: number): Promise<FileSeek>
  truncate(size: number): Promise<FileSeek>
  sync(): Promise<void>
  path(): Promise<string>
  stat(): Promise<FileInfo>
  /** Reads or writes through the window, at an offset of the memory endpoint. Rejects: WindowLost. */
  read(offset: number, bytes: number): Promise<Uint8Array>
  write(offset: number, data: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** The TCU refused access to a window that the server had given. */
export class WindowLost extends Error {
  readonly reason: CallError

  constructor(reason: CallError) {
    super(reason.message)
    this.name = 'WindowLost'
    this.reason = reason
  }
}
