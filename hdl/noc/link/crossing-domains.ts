import { domain } from '#edsl'

/** The module's side of a crossing; `instance(part, { domains: { left: ..., right: ... } })` says which domain that is. */
export const left = domain('left')

/** The network's side of a crossing. */
export const right = domain('right')
