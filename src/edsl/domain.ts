/** Clock domains. */
import type { Domain } from '#ir'

/** The domain of everything that names no other: clock `clk`, reset `rst`. */
export const mainDomain: Domain = Object.freeze({ kind: 'domain', name: 'main', reset: 'synchronous' })
