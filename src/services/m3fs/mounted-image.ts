/** An image at hand, without a server in between: for tools and tests. */
import { File } from '../file/file.ts'
import { directProtocol } from './direct-protocol.ts'
import { FileSystem } from './file-system.ts'
import type { Inode } from './inode.ts'
import { OpenFile, openFlags } from './open-file.ts'
import { OpenFiles } from './open-files.ts'
import type { OpenFilesOptions } from './open-files.ts'
import type { Volume } from './volume.ts'

export interface MountedImage {
  readonly volume: Volume
  readonly files: OpenFiles
  readonly system: FileSystem
  /** Opens a file for the flags of services section 2.3. */
  readonly open: (path: string, flags: number) => Promise<File>
  /** Reads a file, whatever its permissions are. */
  readonly openInode: (inode: Inode, path: string) => File
}

/** Names and files of a volume; changes are in the image after `volume.flush()`. */
export const mountVolume = (volume: Volume, options?: OpenFilesOptions): MountedImage => {
  const files = new OpenFiles(options)
  const system = new FileSystem(volume, { users: files })
  const asFile = (file: OpenFile): File => new File(directProtocol(system, files, file))
  return {
    volume,
    files,
    system,
    open: async (path, flags) => {
      const file = await files.open(system, path, flags)
      await files.settle()
      return asFile(file)
    },
    openInode: ({ number }, path) => asFile(files.add(new OpenFile(system, files, number, openFlags.read, path))),
  }
}
