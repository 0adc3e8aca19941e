import { domain } from '#edsl'

/** Where payloads go into a crossing; `instance(part, { domains: { write: ..., read: ... } })` says which domain that is. */
export const write = domain('write')

/** Where payloads come out of a crossing. */
export const read = domain('read')
