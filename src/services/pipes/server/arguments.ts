/** The command line of the server. */
import { CallError, codes } from '#kernel'
import { sessionLimits } from '../../service/control.ts'

export interface PipesArguments {
  readonly name: string
  /** Sessions at once: each may have a request that waits, and there is one slot for each. */
  readonly sessions: number
}

/**
 * `pipes [-n name] [-m clients]`.
 *
 * Rejects: CallError InvArgs with what is wrong.
 */
export const parsePipesArguments = (args: readonly string[]): PipesArguments => {
  let [name, sessions] = ['pipes', sessionLimits.usual as number]
  for (let index = 0; index < args.length; index += 2) {
    const [option, value] = args.slice(index, index + 2)
    if (value === undefined) throw new CallError(codes.InvArgs, `pipes: '${option ?? ''}' wants a value`)
    if (option === '-n') name = value
    else if (option === '-m' && /^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= sessionLimits.usual)
      sessions = Number(value)
    else throw new CallError(codes.InvArgs, `pipes: ${option ?? ''} ${value} is not known; -m is from 1 to 32`)
  }
  return { name, sessions }
}
