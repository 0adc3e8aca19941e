// Mistakes in a design
export { DesignError } from './diagnostic-error.ts'
export { renderDiagnostics } from './diagnostic-text.ts'
export type { RenderOptions } from './diagnostic-text.ts'
export { diagnosticsToJson } from './diagnostic-json.ts'
export type { JsonDiagnostic, JsonMark } from './diagnostic-json.ts'
export { editOf } from './diagnostic-fixes.ts'
export type { Edit, Position } from './diagnostic-fixes.ts'
export { diagnosticCode, knownCodes } from './diagnostic-codes.ts'
export type { DiagnosticCode } from './diagnostic-codes.ts'

// Text for people
export { columns, grouped } from './columns.ts'

// Names that were meant
export { closestName } from './closest-name.ts'

// Register maps
export { registerHeader, registerTable } from './register-document.ts'
