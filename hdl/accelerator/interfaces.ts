/** Records that travel between the parts of an accelerator. */
import { array, bit, oneOf, struct, uint } from '#edsl'

/** Bytes of a line of local memory. */
export const lineBytes = 16

/**
 * A line of the stream on its way into a logic unit: the lowest `bytes` (0 to 16) bytes of `data`. The stream ends with a line
 * without bytes in which `last` is 1.
 */
export const streamLine = struct({ last: bit, bytes: uint(5), data: uint(128) })

/** A line that a logic unit made: the lowest `bytes` (1 to 16) bytes of `data`. */
export const resultLine = struct({ bytes: uint(5), data: uint(128) })

/**
 * What the commander is asked for: `peek` reads the register at `address`; `fetch`, `acknowledge` and `reply` are for the
 * receive endpoint `ep`, the message at `offset` and the answer `words`; `send` sends `words` with `label` for the reply; `exit`
 * is the last system call, with `words`[0] as its argument; `read` and `write` move `bytes` bytes between `local` and `offset`.
 */
export const commanderJob = struct({
  kind: oneOf('peek', 'fetch', 'acknowledge', 'reply', 'send', 'exit', 'read', 'write'),
  ep: uint(8),
  address: uint(28),
  offset: uint(33),
  local: uint(32),
  bytes: uint(14),
  label: uint(3),
  words: array(uint(64), 3),
})

/** A message that was fetched: words behind `length` bytes of payload are not its own. */
const fetchedMessage = struct({
  found: bit,
  offset: uint(32),
  length: uint(13),
  label: uint(64),
  words: array(uint(64), 3),
})

/** How a job ended: the TCU's error, and what was read or fetched. */
export const commanderResult = struct({ valid: bit, error: uint(5), value: uint(64), message: fetchedMessage })

/** Work for the logic: `bytes` bytes in the data buffer, or the end of the stream. */
export const logicJob = struct({ end: bit, bytes: uint(14) })

/** What the accelerator is doing with its stream; `leave` is the way out. */
export const phases = oneOf('input', 'waitInput', 'logic', 'drain', 'output', 'waitOutput', 'commit', 'leave')

/** A window of a file, or of a neighbour's buffer. */
export const streamWindow = struct({ offset: uint(32), position: uint(32), length: uint(32) })
/** A request of a neighbour that is answered later: where its message lies in the receive buffer. */
export const savedRequest = struct({ waits: bit, offset: uint(32) })
