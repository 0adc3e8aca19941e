/** Programs that stop in the middle of anything. */
import type { Context } from '../../src/services/index.ts'

const crashed = 55

/** Lets a program die in front of its `commands`-th TCU command: it never gets any further. Resolves when it has. */
export const dieAfter = ({ tcu }: Context, commands: number): Promise<number> =>
  new Promise((died) => {
    const command = tcu.command.bind(tcu)
    let left = commands
    tcu.command = (...args) => {
      if (left-- > 0) return command(...args)
      // The multiplexer has to tell the kernel.
      tcu.command = command
      died(crashed)
      return new Promise(() => {})
    }
  })
