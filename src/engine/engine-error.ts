/** A design that an engine cannot run. */
import type { Diagnostic } from '#ir'

/** What is in the way, as data; the message is its title and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Diagnostic) {
    const { code, title, path, help } = diagnostic
    super([`${code}: ${title}`, `in: ${path.join(' > ')}`, ...help.map((line) => `help: ${line}`)].join('\n'))
    this.diagnostic = Object.freeze(diagnostic)
  }
}
