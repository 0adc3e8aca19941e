/** The file protocol without messages: for tools that have the whole image at hand. */
import { CallError, codes } from '#kernel'
import { WindowLost } from '../file/protocol.ts'
import type { FileInfo, FileProtocol } from '../file/protocol.ts'
import type { FileSystem } from './file-system.ts'
import { infoOf } from './file-info.ts'
import type { OpenFile } from './open-file.ts'
import type { OpenFiles, Place } from './open-files.ts'

/** Talks to an open file as a client of the server would. */
export const directProtocol = (system: FileSystem, files: OpenFiles, file: OpenFile): FileProtocol => {
  const { storage } = system.volume
  let place: Place | undefined
  const open = async (next: Place) => {
    place = next
    return {
      revoke: async () => {
        if (place === next) place = undefined
      },
    }
  }
  const settled = async <T>(result: Promise<T>): Promise<T> => {
    try {
      return await result
    } finally {
      await files.settle()
    }
  }
  const inWindow = (offset: number, bytes: number): number => {
    if (place === undefined) throw new WindowLost(new CallError(codes.NoMEP, 'file window'))
    if (offset + bytes > place.bytes) throw new CallError(codes.OutOfBounds, 'file window')
    return place.offset + offset
  }
  return {
    nextIn: () => settled(file.nextWindow('in', open)),
    nextOut: () => settled(file.nextWindow('out', open)),
    commit: (bytes) => settled(file.commit(bytes)),
    seek: (offset, whence) => settled(file.seek(offset, whence)),
    truncate: (size) => settled(file.truncate(size)),
    sync: () => system.volume.flush(),
    path: async () => file.path,
    stat: async (): Promise<FileInfo> => infoOf(system.volume, await system.volume.inode(file.inode)),
    read: async (offset, bytes) => storage.read(inWindow(offset, bytes), bytes),
    write: async (offset, data) => storage.write(inWindow(offset, data.length), data),
    close: () => settled(file.close()),
  }
}
