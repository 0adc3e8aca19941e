// The text of a condition, for messages.

import type { AnyHandle } from './handle-types.ts'

/** A short condition as it was written: `: sim.io.done.value === 1`; empty for a port, or when it is long. */
export const whereOf = (condition: (() => boolean) | AnyHandle): string => {
  if (typeof condition !== 'function') return ''
  const text = condition
    .toString()
    .replace(/^\(\)\s*=>\s*/, '')
    .replace(/\s+/g, ' ')
    .trim()
  return text.length > 100 || text.startsWith('{') || text.startsWith('function') ? '' : `: ${text}`
}
