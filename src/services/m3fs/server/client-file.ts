/** An open file of a client: requests of the file protocol. Source: services sections 2.3, 2.7 and 3.5. */
import { CallError, codes, selectors, systemCalls, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import { activate } from '../../library/endpoints.ts'
import type { Context } from '../../runtime/context.ts'
import { fileInfoFields, fileOperations } from '../../file/protocol.ts'
import type { FileInfo } from '../../file/protocol.ts'
import { infoOf } from '../file-info.ts'
import type { FileSystem } from '../file-system.ts'
import type { OpenFile } from '../open-file.ts'
import type { Place, Window } from '../open-files.ts'

/** What requests need beyond the file. */
export interface ImageAccess {
  readonly context: Context
  readonly system: FileSystem
  /** Memory gate of the image. */
  readonly image: number
}

/** A client's file, and its memory endpoint as soon as the server knows it. */
export interface ClientFile {
  readonly file: OpenFile
  /** Selector of the endpoint in the server's table. */
  endpoint: number | undefined
}

/** Handles a request whose file is known; gives the words behind the error word. Rejects: CallError, Malformed. */
export const handleFileRequest = async (
  access: ImageAccess,
  client: ClientFile,
  operation: number,
  fields: WordReader,
): Promise<Uint8Array> => {
  const { file } = client
  const { volume } = access.system
  const open = (place: Place): Promise<Window> => openWindow(access, client, place)
  const { stat, seek, nextIn, nextOut, commit, truncate, sync, path } = fileOperations
  switch (operation) {
    case stat:
      return infoWords(infoOf(volume, await volume.inode(file.inode)))
    case seek:
      return position(await file.seek(length(fields.word()), Number(fields.word())))
    case nextIn:
    case nextOut: {
      const chunk = await file.nextWindow(operation === nextIn ? 'in' : 'out', open)
      return new WordWriter().word(chunk.offset).word(chunk.length).finish()
    }
    case commit:
      await file.commit(length(fields.word()))
      return nothing
    case truncate:
      return position(await file.truncate(length(fields.word())))
    case sync:
      await volume.flush()
      return nothing
    case path:
      return new WordWriter().text(file.path).finish()
    default:
      throw new CallError(codes.InvArgs, `file request ${operation}`)
  }
}

/** The words of a FileInfo. Services section 2.3. */
export const infoWords = (info: FileInfo): Uint8Array => {
  const writer = new WordWriter()
  for (const name of fileInfoFields) writer.word(info[name])
  return writer.finish()
}

/** Lets the client's endpoint show a part of the image. Services section 3.5, step 5. */
const openWindow = async (
  { context, image }: ImageAccess,
  { endpoint }: ClientFile,
  { offset, bytes, permissions }: Place,
): Promise<Window> => {
  if (endpoint === undefined) throw new CallError(codes.InvArgs, 'the file has no endpoint yet')
  const gate = context.selector()
  const request = { act: selectors.activity, dst: gate, src: image, offset, size: bytes, permissions }
  await context.calls.call(systemCalls.deriveMem, request)
  try {
    await activate(context, { selector: endpoint, ep: 0 }, gate)
  } catch (reason) {
    await context.calls.revoke(gate)
    throw reason
  }
  return { revoke: () => context.calls.revoke(gate) }
}

const nothing = new Uint8Array()

const position = ({ extent, offset }: { readonly extent: number; readonly offset: number }): Uint8Array =>
  new WordWriter().word(extent).word(offset).finish()

/** A number of bytes; more than a number can count is more than any file has. */
const length = (word: bigint): number => Number(word)
