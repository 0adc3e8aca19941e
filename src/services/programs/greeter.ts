/** Talks with whoever sits at the serial console. */
import { codes } from '#kernel'
import { linesOf } from '../file/lines.ts'
import type { Program } from '../runtime/program.ts'
import { TerminalClient } from '../vterm/client.ts'

/** Asks for names and greets, until the end of the input. */
export const greeter: Program = {
  name: 'greeter',
  summary: 'asks for names at the terminal of the service "vterm" and greets each one, until ^D',
  main: async (context) => {
    const terminal = await TerminalClient.open(context)
    const [{ file: input }, { file: output }] = [await terminal.open('input'), await terminal.open('output')]
    const say = async (text: string): Promise<void> => {
      await output.write(new TextEncoder().encode(text))
      await output.flush()
    }
    await say('Who is there?\n')
    for await (const name of linesOf(input)) await say(`Hello, ${name}!\n`)
    await say('Nobody else? Bye.\n')
    await terminal.close()
    return codes.Success
  },
}
