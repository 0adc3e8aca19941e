import { WordReader, WordWriter } from '#kernel'
import { openReceiveGate } from '../library/message-gates.ts'
import { resource } from '../library/resources.ts'
import type { Program } from '../runtime/program.ts'

/** Answers every request with the number that follows, until one asks for 0. */
export const rpcServer: Program = {
  name: 'rpc-server',
  summary: 'answers requests on the receive gate "rpc", each number with the next one',
  main: async (context) => {
    const gate = await openReceiveGate(context, resource(context, 'receive gate', 'rpc').selector)
    for (let served = 0; ; served++) {
      const request = await gate.receive()
      const number = new WordReader(request.payload).word()
      if (number === 0n) {
        await context.print(`served ${served} requests, all with label 0x${request.label.toString(16)}`)
        await gate.reply(request, new WordWriter().word(0).finish())
        return 0
      }
      await gate.reply(request, new WordWriter().word(number + 1n).finish())
    }
  },
}
