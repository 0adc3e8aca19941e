// Descriptions as they are written
export { defineSystem, jsonSchema } from './schema.ts'
export type { FullDescription, SocDescription } from './schema.ts'

// Reading them
export { checkDescription, readJson, withLines } from './read-description.ts'
export type { JsonText } from './read-description.ts'
export { DescriptionError, showFault } from './description-error.ts'
export type { DescriptionFault } from './description-error.ts'

// What they make
export { planSystem } from './plan-system.ts'
export { systemOf } from './system-of.ts'
export type { PlannedSystem } from './plan-system.ts'
export { idForms, idList } from './id-lists.ts'
export type { IdForm } from './id-lists.ts'
