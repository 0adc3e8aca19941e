/** Messages of the kernel that an activity did not ask for just now. Source: kernel section 3.5. */
import type { Activity } from './activity.ts'
import { word } from './codecs.ts'
import type { KernelState } from './kernel-state.ts'
import { standardEps } from './numbers.ts'
import { encodeFields } from './system-calls.ts'
import type { FieldCodecs, Sent } from './system-calls.ts'

/** All upcalls. Kernel section 3.5. */
export const upcalls = Object.freeze({
  deriveSrv: { code: 0, fields: { event: word, error: word } },
  actWait: { code: 1, fields: { event: word, error: word, act: word, exitCode: word } },
})

/**
 * Sends an upcall, now or when the activity has answered the one before. One that is not taken for long stays in front of
 * the activity's own later ones and of nobody else's.
 */
export const upcall = async <F extends FieldCodecs>(
  kernel: KernelState,
  activity: Activity,
  what: { readonly code: number; readonly fields: F },
  values: Sent<F>,
): Promise<void> => {
  if (!activity.alive) return
  const target = { tile: activity.tile.tile.id, ep: activity.epsStart + standardEps.upcall }
  activity.upcalls ??= kernel.queues.create(() => target)
  await kernel.queues.post(activity.upcalls, encodeFields(what.code, what.fields, values), { persistent: true })
}
