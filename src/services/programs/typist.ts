/** Somebody at the keyboard. */
import { codes } from '#kernel'
import { openSendGate } from '../library/message-gates.ts'
import { resource } from '../library/resources.ts'
import type { Program } from '../runtime/program.ts'
import { serialGate } from '../vterm/protocol.ts'

/** Bytes of one message to a gate with slots of 64 bytes. */
const bytesAtOnce = 32

/** What stands for keys that have no letter. */
const keys: readonly (readonly [string, string])[] = [
  ['\\n', '\n'],
  ['^C', '\x03'],
  ['^D', '\x04'],
  ['^H', '\x7f'],
]

/** Sends its arguments over the serial line, as if somebody typed them. */
export const typist: Program = {
  name: 'typist',
  summary: 'types its arguments at the serial console; \\n is the enter key, and there are ^C, ^D and ^H',
  main: async (context) => {
    const gate = await openSendGate(context, resource(context, 'send gate', serialGate).selector)
    const text = keys.reduce((all, [name, key]) => all.replaceAll(name, key), context.args.join(' '))
    const bytes = new TextEncoder().encode(text)
    for (let at = 0; at < bytes.length; at += bytesAtOnce) await gate.call(bytes.subarray(at, at + bytesAtOnce))
    return codes.Success
  },
}
