/** What all logic units have in common. */
import { bit, input, output, stream } from '#edsl'
import { resultLine, streamLine } from './interfaces.ts'

/**
 * Ports of a logic unit: `from` lines of the stream, `to` results, `clear` forgets the stream, `busy` is high while results may
 * still come of what was taken already.
 */
export const logicPorts = {
  clear: input(bit),
  from: input(stream(streamLine)),
  to: output(stream(resultLine)),
  busy: output(bit),
}
