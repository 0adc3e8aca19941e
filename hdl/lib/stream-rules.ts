/** What streams promise, as bits for properties. */
import { type Bit, implies, past, stable } from '#edsl'

/**
 * 1 as long as a payload that was offered and not taken is offered still, and is the same: the promise of whoever fills the
 * stream. For `assert` where the module fills it, for `assume` where the test bench does.
 */
export const offerStays = (stream: { readonly payload: object; readonly valid: Bit; readonly ready: Bit }): Bit => {
  const waited = past(stream.valid.and(stream.ready.not()))
  return implies(waited, stream.valid.and(stable(stream.payload)))
}
