/** How operations of a test end. */
import { CallError, codeName } from '../../src/kernel/index.ts'

/** The name of the error that an operation ends with, or 'Success'. */
export const errorOf = async (operation: Promise<unknown>): Promise<string> => {
  try {
    await operation
    return 'Success'
  } catch (reason) {
    if (reason instanceof CallError) return codeName(reason.code)
    throw reason
  }
}
