/** What a file system says about a file. Source: services section 2.3. */
import type { FileInfo } from '../file/protocol.ts'
import type { Inode } from './inode.ts'
import type { Volume } from './volume.ts'

export const infoOf = ({ blockBytes }: Volume, inode: Inode): FileInfo => ({
  device: inode.device,
  inode: inode.number,
  mode: inode.mode,
  links: inode.links,
  size: inode.size,
  lastAccess: inode.lastAccess,
  lastModified: inode.lastModified,
  extents: inode.extents,
  blockBytes,
  firstBlock: inode.direct[0]?.start ?? 0,
})
