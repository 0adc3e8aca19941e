/** What m3fs does for its clients. Source: services sections 3.4 and 3.5. */
import { CallError, codes, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import { fileOperations } from '../../file/protocol.ts'
import type { ExchangeRequest, Exchanged, Service, ServiceHandlers } from '../../service/service.ts'
import type { Session } from '../../service/sessions.ts'
import { DamagedImage } from '../damaged.ts'
import { infoOf } from '../file-info.ts'
import { OpenFile } from '../open-file.ts'
import type { OpenFiles } from '../open-files.ts'
import { metaOperations } from '../protocol.ts'
import { parseSessionArgument } from './arguments.ts'
import { handleFileRequest, infoWords } from './client-file.ts'
import type { ClientFile, ImageAccess } from './client-file.ts'
import { countFile, freeFileId, newMeta } from './sessions.ts'
import type { FileSession, M3fsSession, MetaSession } from './sessions.ts'

type Known = Session<M3fsSession> & { state: M3fsSession }

export const m3fsHandlers = (
  service: Service<M3fsSession>,
  access: ImageAccess,
  files: OpenFiles,
): ServiceHandlers<M3fsSession> => {
  const { context, system } = access
  const guarded = guard(access)
  return {
    open: async (_, argument) => newMeta({ mostFiles: parseSessionArgument(argument).files, openFiles: 0 }),
    exchange: (session, request) => guarded(() => exchange(session, request)),
    request: ({ state }, operation, fields) =>
      guarded(() => (state.kind === 'file' ? ofFile(state, operation, fields) : ofMeta(state, operation, fields))),
    close: ({ state }) => guarded(() => (state.kind === 'file' ? closeFile(state, state) : closeMeta(state))),
    answered: () => files.settle(),
    idle: () => system.volume.flush(),
  }

  async function exchange(session: Known, { kind, operation, count, args }: ExchangeRequest): Promise<Exchanged> {
    const { state } = session
    const { open, delegateEndpoint, cloneMeta, getMemory } = metaOperations
    const { cloneFile, setDestination, enableNotify } = fileOperations
    const is = (wanted: number, how: 'obtain' | 'delegate', many: number): boolean =>
      operation === wanted && kind === how && count === many
    if (is(enableNotify, 'delegate', 1)) throw new CallError(codes.NotSup, 'notifications')
    if (is(getMemory, 'obtain', 1)) throw new CallError(codes.NotSup, 'memory of a file as a whole')
    if (state.kind === 'file') {
      if (is(setDestination, 'delegate', 1)) return setDestinationOf(state)
      if (is(cloneFile, 'obtain', 2)) return cloneOf(session, state)
    } else {
      if (is(open, 'obtain', 2)) return openSession(session, state, Number(args.word()), args.text())
      if (is(delegateEndpoint, 'delegate', 1)) {
        const start = context.selector()
        return { start, args: [state.endpoints.push(start) - 1] }
      }
      if (is(cloneMeta, 'obtain', 2) || is(cloneFile, 'obtain', 2))
        return service.subSession(session.creator, undefined, newMeta(state.tree))
    }
    throw new CallError(codes.InvArgs, `exchange ${operation}`)
  }

  async function openSession(
    { creator, id }: Known,
    { tree }: MetaSession,
    flags: number,
    path: string,
  ): Promise<Exchanged> {
    return countFile(tree, async () => {
      const file = await files.open(system, path, flags)
      return newFileSession(creator, id, { kind: 'file', tree, file, endpoint: undefined })
    })
  }

  /** The same file with a position of its own; it outlives the one that it comes from. */
  async function cloneOf({ creator, parent }: Known, { tree, file }: FileSession): Promise<Exchanged> {
    return countFile(tree, () => {
      const clone = files.add(new OpenFile(system, files, file.inode, file.flags, file.path))
      return newFileSession(creator, parent, { kind: 'file', tree, file: clone, endpoint: undefined })
    })
  }

  async function newFileSession(creator: number, parent: number | undefined, state: FileSession): Promise<Exchanged> {
    try {
      return await service.subSession(creator, parent, state)
    } catch (reason) {
      await state.file.close()
      throw reason
    }
  }

  async function setDestinationOf(state: FileSession): Promise<Exchanged> {
    await state.file.lose()
    await forgetEndpoint(state)
    state.endpoint = context.selector()
    return { start: state.endpoint }
  }

  async function ofFile(state: FileSession, operation: number, fields: WordReader): Promise<Uint8Array> {
    if (fields.word() !== 0n) throw new CallError(codes.InvArgs, 'file id')
    return handleFileRequest(access, state, operation, fields)
  }

  async function ofMeta(state: MetaSession, operation: number, fields: WordReader): Promise<Uint8Array> {
    const { volume } = system
    switch (operation) {
      case metaOperations.stat:
        return infoWords(infoOf(volume, await system.lookup(fields.text())))
      case metaOperations.mkdir:
        await system.mkdir(fields.text(), Number(fields.word() & 0o777n))
        return nothing
      case metaOperations.rmdir:
        await system.rmdir(fields.text())
        return nothing
      case metaOperations.link:
        await system.link(fields.text(), fields.text())
        return nothing
      case metaOperations.unlink:
        await system.unlink(fields.text())
        return nothing
      case metaOperations.rename:
        await system.rename(fields.text(), fields.text())
        return nothing
      case metaOperations.openPrivate:
        return openPrivate(state, fields.text(), Number(fields.word()), Number(fields.word()))
      case metaOperations.closePrivate:
        await closePrivate(state, Number(fields.word()))
        return nothing
      default: {
        const file = state.files.get(Number(fields.word()))
        if (file === undefined) throw new CallError(codes.InvArgs, 'file id')
        return handleFileRequest(access, file, operation, fields)
      }
    }
  }

  async function openPrivate(
    state: MetaSession,
    path: string,
    flags: number,
    endpointIndex: number,
  ): Promise<Uint8Array> {
    const endpoint = state.endpoints[endpointIndex]
    const isTaken = [...state.files.values()].some((each) => each.endpointIndex === endpointIndex)
    if (endpoint === undefined || isTaken) throw new CallError(codes.InvArgs, 'endpoint index')
    return countFile(state.tree, async () => {
      const id = freeFileId(state)
      state.files.set(id, { file: await files.open(system, path, flags), endpoint, endpointIndex })
      return new WordWriter().word(id).finish()
    })
  }

  async function closePrivate(state: MetaSession, id: number): Promise<void> {
    const file = state.files.get(id)
    if (file === undefined) throw new CallError(codes.InvArgs, 'file id')
    state.files.delete(id)
    await endFile(state, file)
  }

  async function closeFile(state: FileSession, file: ClientFile): Promise<void> {
    await endFile(state, file)
    await forgetEndpoint(state)
  }

  async function closeMeta(state: MetaSession): Promise<void> {
    for (const id of [...state.files.keys()]) await closePrivate(state, id)
    for (const endpoint of state.endpoints) await context.calls.revoke(endpoint)
  }

  async function endFile({ tree }: M3fsSession, { file }: ClientFile): Promise<void> {
    tree.openFiles--
    await file.close()
  }

  async function forgetEndpoint(state: FileSession): Promise<void> {
    if (state.endpoint !== undefined) await context.calls.revoke(state.endpoint)
    state.endpoint = undefined
  }
}

const nothing = new Uint8Array()

/** Damage that turns up while the image is in use is told, and refused. */
const guard =
  ({ context }: ImageAccess) =>
  async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action()
    } catch (reason) {
      if (!(reason instanceof DamagedImage)) throw reason
      await context.print(`the image is damaged: ${reason.message}`)
      throw new CallError(codes.InvChecksum, reason.message)
    }
  }
