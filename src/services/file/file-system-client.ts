/** A file system as programs use it: names, and files by path. Source: services sections 2.6, 2.7 and 3.4. */
import { CallError, codes, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import { reclaimEndpoint, takeEndpoint } from '../library/endpoint-cache.ts'
import type { OwnEndpoint } from '../library/endpoints.ts'
import { RequestGate } from '../library/request-gate.ts'
import { connectSession, exchangeWithSession } from '../library/session.ts'
import { readEntries } from '../m3fs/directory-block.ts'
import { isDirectory } from '../m3fs/inode.ts'
import { openFlags } from '../m3fs/open-file.ts'
import { metaOperations } from '../m3fs/protocol.ts'
import { closeSession, openSession } from '../manager/client.ts'
import type { Context } from '../runtime/context.ts'
import { File } from './file.ts'
import { fileOperations } from './protocol.ts'
import type { FileInfo } from './protocol.ts'
import { fileInfoIn, sessionProtocol } from './session-protocol.ts'

/** An endpoint that the server knows, for private files one after the other. */
interface PrivateEndpoint {
  readonly index: number
  readonly endpoint: OwnEndpoint
}

/** All methods reject with CallError and the server's code. */
export class FileSystemClient {
  readonly #context: Context
  readonly #session: number
  readonly #gate: RequestGate
  readonly #idle: PrivateEndpoint[] = []
  readonly #endpoints: OwnEndpoint[] = []

  private constructor(context: Context, session: number, gate: RequestGate) {
    this.#context = context
    this.#session = session
    this.#gate = gate
  }

  /** Opens a session with a file server by the name that the boot file gives it. */
  static async open(context: Context, service = 'm3fs'): Promise<FileSystemClient> {
    const session = await openSession(context, service)
    return new FileSystemClient(context, session, new RequestGate(context, await connectSession(context, session)))
  }

  async stat(path: string): Promise<FileInfo> {
    return fileInfoIn(await this.#ask(metaOperations.stat, path))
  }

  async mkdir(path: string, permissions = 0o755): Promise<void> {
    await this.#gate.request(new WordWriter().word(metaOperations.mkdir).text(path).word(permissions))
  }

  async rmdir(path: string): Promise<void> {
    await this.#ask(metaOperations.rmdir, path)
  }

  async link(from: string, to: string): Promise<void> {
    await this.#ask(metaOperations.link, from, to)
  }

  async unlink(path: string): Promise<void> {
    await this.#ask(metaOperations.unlink, path)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#ask(metaOperations.rename, from, to)
  }

  /** Names in a directory without "." and "..", in ascending order. */
  async readdir(path: string): Promise<readonly string[]> {
    const directory = await this.open(path, openFlags.read)
    try {
      const info = await directory.stat()
      if (!isDirectory(info)) throw new CallError(codes.IsNoDir, path)
      const bytes = await directory.readAll()
      const names: string[] = []
      for (let at = 0; at < bytes.length; at += info.blockBytes)
        names.push(...readEntries(bytes.subarray(at, at + info.blockBytes), path).map(({ name }) => name))
      return names.filter((name) => name !== '.' && name !== '..').sort()
    } finally {
      await directory.close()
    }
  }

  /** Opens a file for the flags of services section 2.3: as a session of its own with NEW_SESS, otherwise private. */
  async open(path: string, flags: number = openFlags.read): Promise<File> {
    const file =
      (flags & openFlags.newSession) === 0 ? await this.#openPrivate(path, flags) : await this.#openOwn(path, flags)
    if ((flags & openFlags.append) !== 0) await file.seek(0, 'end')
    return file
  }

  /**
   * Opens a file for somebody else, such as a child or an accelerator: gives the selector of its session, with its send gate
   * behind it.
   */
  async openSession(path: string, flags: number = openFlags.read): Promise<number> {
    const context = this.#context
    const start = context.selector(2)
    const args = new WordWriter()
      .word(metaOperations.open)
      .word(flags | openFlags.newSession)
      .text(path)
    await exchangeWithSession(context, this.#session, 'obtain', { start, count: 2 }, args)
    return start
  }

  /** Ends the session, and with it all files that were opened through it. */
  async close(): Promise<void> {
    await this.#gate.close()
    await closeSession(this.#context, this.#session)
    for (const endpoint of this.#endpoints) await reclaimEndpoint(this.#context, endpoint)
  }

  #ask(operation: number, ...paths: readonly string[]): Promise<WordReader> {
    const request = new WordWriter().word(operation)
    for (const path of paths) request.text(path)
    return this.#gate.request(request)
  }

  async #openPrivate(path: string, flags: number): Promise<File> {
    const place = this.#idle.pop() ?? (await this.#addEndpoint())
    try {
      const request = new WordWriter().word(metaOperations.openPrivate).text(path).word(flags).word(place.index)
      const id = Number((await this.#gate.request(request)).word())
      const close = async (): Promise<void> => {
        await this.#gate.request(new WordWriter().word(metaOperations.closePrivate).word(id))
        this.#idle.push(place)
      }
      return new File(sessionProtocol(this.#context, { gate: this.#gate, id, endpoint: place.endpoint, close }))
    } catch (reason) {
      this.#idle.push(place)
      throw reason
    }
  }

  async #openOwn(path: string, flags: number): Promise<File> {
    return openFileSession(this.#context, await this.openSession(path, flags))
  }

  async #addEndpoint(): Promise<PrivateEndpoint> {
    const endpoint = await takeEndpoint(this.#context)
    this.#endpoints.push(endpoint)
    const own = { start: endpoint.selector, count: 1 }
    const args = new WordWriter().word(metaOperations.delegateEndpoint)
    const index = Number((await exchangeWithSession(this.#context, this.#session, 'delegate', own, args)).word())
    return { index, endpoint }
  }
}

/** The file behind a session capability and its send gate, at two selectors in a row, obtained or given by a parent. */
export const openFileSession = (context: Context, start: number): Promise<File> =>
  openFileWith(context, start, new RequestGate(context, start + 1))

/** The same, with the gate at hand for requests beside those of files. */
export const openFileWith = async (context: Context, start: number, gate: RequestGate): Promise<File> => {
  const endpoint = await takeEndpoint(context)
  const args = new WordWriter().word(fileOperations.setDestination)
  await exchangeWithSession(context, start, 'delegate', { start: endpoint.selector, count: 1 }, args)
  const close = async (): Promise<void> => {
    await gate.close()
    await context.calls.revoke(start + 1)
    await context.calls.revoke(start)
    await reclaimEndpoint(context, endpoint)
  }
  return new File(sessionProtocol(context, { gate, id: 0, endpoint, close }))
}
