// The content hash that names everything in the cache.

import { createHash } from 'node:crypto'

/** The content hash of anything that JSON can hold. */
export function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
}
