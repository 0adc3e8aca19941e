/** The error of this room: a proof that could not run. */

/** Why nothing was proved. Codes PRV-01xx; each has a page in docs/errors. */
export class ProofError extends Error {
  override readonly name = 'ProofError'
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
