/** The error of this room. */
import { ToolError } from '#tool'

/** A design that could not be synthesised, placed or routed. Codes SYN-01xx. */
export class SynthesisError extends ToolError {
  override readonly name = 'SynthesisError'
}
