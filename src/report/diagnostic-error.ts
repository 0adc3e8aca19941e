/** A design with mistakes, as an exception. */
import type { Diagnostic } from '#ir'
import { renderDiagnostics } from './diagnostic-text.ts'
import type { RenderOptions } from './diagnostic-text.ts'

/** All mistakes of a design; the message is their text. */
export class DesignError extends Error {
  override readonly name = 'DesignError'
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[], options: RenderOptions = {}) {
    super(renderDiagnostics(diagnostics, options))
    this.diagnostics = Object.freeze([...diagnostics])
  }
}
