/** The file protocol as messages of a session, with data through a memory endpoint. Source: services sections 2.3 and 2.7. */
import { errorCodes } from '#layout'
import { CallError, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import type { OwnEndpoint } from '../library/endpoints.ts'
import { MemoryGate } from '../library/memory-gate.ts'
import type { RequestGate } from '../library/request-gate.ts'
import type { Context } from '../runtime/context.ts'
import { fileInfoFields, fileOperations, WindowLost } from './protocol.ts'
import type { FileInfo, FileProtocol, FileSeek, FileWindow } from './protocol.ts'

/** How a file is reached. */
export interface FileChannel {
  readonly gate: RequestGate
  /** Number of the file in its session: 0 when the session is the file. */
  readonly id: number
  /** The endpoint that the server aims at the data. */
  readonly endpoint: OwnEndpoint
  readonly close: () => Promise<void>
}

/** Errors of the TCU that say that a window is not there any more, or smaller. */
const lostErrors: readonly number[] = [errorCodes.NO_MEP, errorCodes.OUT_OF_BOUNDS]

export const sessionProtocol = (context: Context, { gate, id, endpoint, close }: FileChannel): FileProtocol => {
  const data = new MemoryGate(context, NaN, endpoint)
  const ask = (operation: number, ...words: readonly number[]): Promise<WordReader> => {
    const request = new WordWriter().word(operation).word(id)
    for (const word of words) request.word(word)
    return gate.request(request)
  }
  const throughWindow = async <T>(access: Promise<T>): Promise<T> => {
    try {
      return await access
    } catch (reason) {
      throw reason instanceof CallError && lostErrors.includes(reason.code) ? new WindowLost(reason) : reason
    }
  }
  return {
    nextIn: async () => windowIn(await ask(fileOperations.nextIn)),
    nextOut: async () => windowIn(await ask(fileOperations.nextOut)),
    commit: async (bytes) => void (await ask(fileOperations.commit, bytes)),
    seek: async (offset, whence) => seekIn(await ask(fileOperations.seek, offset, whence)),
    truncate: async (size) => seekIn(await ask(fileOperations.truncate, size)),
    sync: async () => void (await ask(fileOperations.sync)),
    path: async () => (await ask(fileOperations.path)).text(),
    stat: async () => fileInfoIn(await ask(fileOperations.stat)),
    read: (offset, bytes) => throughWindow(data.read(offset, bytes)),
    write: (offset, bytes) => throughWindow(data.write(offset, bytes)),
    close,
  }
}

/** A FileInfo as it travels. Services section 2.3. */
export const fileInfoIn = (reader: WordReader): FileInfo =>
  Object.fromEntries(fileInfoFields.map((name) => [name, Number(reader.word())])) as unknown as FileInfo

const windowIn = (reader: WordReader): FileWindow => ({
  offset: Number(reader.word()),
  length: Number(reader.word()),
})

const seekIn = (reader: WordReader): FileSeek => ({ extent: Number(reader.word()), offset: Number(reader.word()) })
