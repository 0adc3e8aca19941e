/** The error of this room. */
import { ToolError } from '#tool'

/** Why nothing was proved. Codes PRV-01xx. */
export class ProofError extends ToolError {
  override readonly name = 'ProofError'
}
