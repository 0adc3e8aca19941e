import { CallError, codes } from '#kernel'

/** Ends a request with an error. */
export function refuse(name: keyof typeof codes): never {
  throw new CallError(codes[name])
}
