/** Calls between kernel and multiplexer, in both directions. Source: kernel section 3.8. */
import { below, word } from './codecs.ts'
import { decodeFields, encodeFields } from './system-calls.ts'
import type { FieldCodecs, Received, Sent } from './system-calls.ts'
import { WordReader, WordWriter } from './words.ts'

/** Side calls that an exclusive tile can get. Kernel section 3.8. */
export const sideCalls = Object.freeze({
  info: { code: 0, request: {} },
  activityInit: { code: 1, request: { activity: word, timeQuota: word, ptQuota: word, epsStart: word } },
  activityControl: { code: 2, request: { activity: word, op: below(2) } },
  removeMessages: { code: 5, request: { activity: word, unread: word } },
  endpointInvalid: { code: 6, request: { activity: word, ep: word } },
  shutdown: { code: 12, request: {} },
})

/** The message of a side call. */
export const encodeSideCall = <F extends FieldCodecs>(
  call: { readonly code: number; readonly request: F },
  values: Sent<F>,
): Uint8Array => encodeFields(call.code, call.request, values)

/** Answer to a side call: error and two values. */
export const sideCallReply = (error: number, first: number | bigint = 0, second: number | bigint = 0): Uint8Array =>
  new WordWriter().word(error).word(first).word(second).finish()

const exitFields = { activity: word, status: word }

/** The call by which a multiplexer reports that an activity ended. Kernel section 3.8. */
export const exitCall = Object.freeze({
  code: 0,
  encode: (values: Sent<typeof exitFields>): Uint8Array => encodeFields(0, exitFields, values),
  decode: (reader: WordReader): Received<typeof exitFields> => decodeFields(exitFields, reader),
})
