/** Copying ranges of capabilities between activities. Source: kernel section 2.7. */
import type { Activity } from './activity.ts'
import type { SelectorRange } from './codecs.ts'
import { ensure } from './errors.ts'
import { selectors } from './numbers.ts'

/** One end of a copy. */
export interface CopyEnd {
  readonly activity: Activity
  readonly range: SelectorRange
}

/**
 * Clones the capabilities of a range into the selectors of another, in the table of another activity. Sources that do not
 * exist are skipped; when the kernel memory of the receiver does not suffice, what was cloned before stays.
 *
 * Rejects: CallError InvArgs, with nothing changed, unless the ranges are of one type, `fits` says that their sizes go
 * together, and all selectors at the destination are free; CallError NoSpace.
 */
export const copyCapabilities = (from: CopyEnd, to: CopyEnd, fits: 'same' | 'at-most' = 'same'): void => {
  const [source, target] = [from.range, to.range]
  ensure(from.activity !== to.activity)
  ensure(source.type === target.type)
  ensure(fits === 'same' ? source.count === target.count : source.count <= target.count)
  ensure(isInside(source) && isInside(target))
  ensure(to.activity.table.range(target.start, target.count).length === 0)
  if (source.type === 'mapping') return
  const pairs = from.activity.table.range(source.start, source.count).map((capability) => ({
    capability,
    selector: target.start + (capability.selector - source.start),
  }))
  ensure(pairs.every(({ selector }) => selector !== selectors.invalid))
  for (const { capability, selector } of pairs) to.activity.table.clone(selector, capability)
}

const isInside = ({ start, count }: SelectorRange): boolean => start + count <= 1n << 64n
