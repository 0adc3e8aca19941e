/** A picture that cannot be drawn; the message says why, and what can be drawn. */
export class DiagramError extends Error {
  override readonly name = 'DiagramError'
}
