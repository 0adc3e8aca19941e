/** Time that programs measure with their TCU. */
import { registers } from '#layout'
import type { Context } from '../runtime/context.ts'

/** Reports how long `action` took, which does something `repetitions` times; gives its result. */
export const measure = async <T>(
  context: Context,
  name: string,
  repetitions: number,
  action: () => Promise<T>,
): Promise<T> => {
  const start = await context.tile.readRegister(registers.CUR_TIME)
  const result = await action()
  const nanoseconds = (await context.tile.readRegister(registers.CUR_TIME)) - start
  context.measured({ name, start, nanoseconds, repetitions })
  return result
}
