/** The error of this room. */

/** A design that could not be synthesised, placed or routed. Codes SYN-01xx; each has a page in docs/errors. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError'
  readonly code: string
  readonly title: string
  readonly help: string

  constructor(code: string, title: string, help: string) {
    super(`${code}: ${title}\nhelp: ${help}`)
    this.code = code
    this.title = title
    this.help = help
  }
}
