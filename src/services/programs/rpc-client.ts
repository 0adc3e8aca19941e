import { CallError, codes, WordReader, WordWriter } from '#kernel'
import { openSendGate } from '../library/message-gates.ts'
import { resource } from '../library/resources.ts'
import type { Program } from '../runtime/program.ts'
import { measure } from './measure.ts'

const warmUpRounds = 1

/** Calls a server a number of times and measures how long it takes. The argument says how many times, 1000 without. */
export const rpcClient: Program = {
  name: 'rpc-client',
  summary: 'makes round trips over the send gate "rpc" and measures them; the argument is their number (1000)',
  main: async (context) => {
    const rounds = Number(context.args[0] ?? 1000)
    const gate = await openSendGate(context, resource(context, 'send gate', 'rpc').selector)
    const ask = async (number: number): Promise<void> => {
      const answer = new WordReader(await gate.call(new WordWriter().word(number).finish())).word()
      if (answer !== BigInt(number === 0 ? 0 : number + 1)) throw new CallError(codes.InvChecksum, `round ${number}`)
    }
    for (let round = 1; round <= warmUpRounds; round++) await ask(round)
    await measure(context, 'round trip', rounds, async () => {
      for (let round = 1; round <= rounds; round++) await ask(round)
    })
    await ask(0)
    await context.print(`${rounds} round trips, every answer right`)
    return 0
  },
}
