// What runs on user tiles
export { bootRom, muxProgram } from './runtime/boot-rom.ts'
export { imageOf } from './runtime/image.ts'
export { programs } from './programs/registry.ts'
export type { Measurement, Program, ProgramObserver } from './runtime/program.ts'
export type { Context } from './runtime/context.ts'

// Boot configuration
export { configModule, tileNamesModule } from './root/root.ts'
export { ConfigError, parseApp } from './root/config.ts'
export type { AppConfig } from './root/config.ts'
export { placeApps } from './root/placement.ts'
export type { Place, Placement } from './root/placement.ts'
export { parseXml, XmlError } from './root/xml.ts'
export type { Element } from './root/xml.ts'
