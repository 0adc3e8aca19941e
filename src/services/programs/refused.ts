/** What programs that show something print of an operation that is not to succeed. */
import { CallError, codeName } from '#kernel'

/** `WHAT: ERROR`, or `WHAT: done` when nobody refused it. */
export const refused = async (what: string, action: Promise<unknown>): Promise<string> => {
  try {
    await action
    return `${what}: done`
  } catch (reason) {
    if (!(reason instanceof CallError)) throw reason
    return `${what}: ${codeName(reason.code)}`
  }
}
