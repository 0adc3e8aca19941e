// The error of rooms that run programs of others.

/** Something that could not run, with what to do about it. Each code has a page in docs/errors. */
export class ToolError extends Error {
  override readonly name: string = 'ToolError'
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
