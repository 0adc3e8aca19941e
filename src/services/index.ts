// What runs on user tiles
export { bootRom, muxProgram } from './runtime/boot-rom.ts'
export { imageOf } from './runtime/image.ts'
export { programs } from './programs/registry.ts'
export type { Measurement, Program, ProgramObserver } from './runtime/program.ts'
export type { Context } from './runtime/context.ts'

// What messages ask for
export { fileOperations } from './file/protocol.ts'
export { metaOperations } from './m3fs/protocol.ts'
export { managerOperations } from './manager/protocol.ts'

// Boot configuration
export { configModule, tileNamesModule } from './root/root.ts'
export { ConfigError, parseApp } from './root/config.ts'
export type { AppConfig } from './root/config.ts'
export { placeApps, TooFewTiles, typesOf } from './root/placement.ts'
export type { Place, Placement } from './root/placement.ts'
export { parseXml, XmlError } from './root/xml.ts'
export type { Element } from './root/xml.ts'

// Images of the file system m3fs
export { checkImage, expectUsable } from './m3fs/check-image.ts'
export type { ImageReport } from './m3fs/check-image.ts'
export { DamagedImage } from './m3fs/damaged.ts'
export { format, leastBlocks } from './m3fs/format.ts'
export { isDirectory, modes } from './m3fs/inode.ts'
export type { Inode } from './m3fs/inode.ts'
export { mountVolume } from './m3fs/mounted-image.ts'
export type { MountedImage } from './m3fs/mounted-image.ts'
export { neededBlocks } from './m3fs/needed.ts'
export { openFlags } from './m3fs/open-file.ts'
export { isSelfOrParent } from './m3fs/paths.ts'
export { arrayStorage } from './m3fs/storage.ts'
export type { Storage } from './m3fs/storage.ts'
export { blockSizes } from './m3fs/superblock.ts'
export { Volume } from './m3fs/volume.ts'
