/** Calls between kernel and multiplexer, in both directions. Source: kernel section 3.8. */
import { below, optional, word } from './codecs.ts'
import { decodeFields, encodeFields } from './system-calls.ts'
import type { FieldCodecs, Received, Sent } from './system-calls.ts'
import { WordReader, WordWriter } from './words.ts'

/** Operations of ActCtrl, which are not numbered like those of act_ctrl. Kernel section 3.8. */
export const activityControls = Object.freeze({ start: 0, stop: 1 })

/** Side calls but those for virtual memory. Kernel section 3.8. */
export const sideCalls = Object.freeze({
  info: { code: 0, request: {} },
  activityInit: { code: 1, request: { activity: word, timeQuota: word, ptQuota: word, epsStart: word } },
  activityControl: { code: 2, request: { activity: word, op: below(2) } },
  removeMessages: { code: 5, request: { activity: word, unread: word } },
  endpointInvalid: { code: 6, request: { activity: word, ep: word } },
  deriveQuota: {
    code: 7,
    request: { parentTime: word, parentPageTables: word, time: optional, pageTables: optional },
  },
  getQuota: { code: 8, request: { time: word, pageTables: word } },
  setQuota: { code: 9, request: { id: word, time: word, pageTables: word } },
  removeQuotas: { code: 10, request: { time: optional, pageTables: optional } },
  resetStats: { code: 11, request: {} },
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
