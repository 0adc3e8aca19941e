/** A client's end of a session: exchanges with the service. Source: services sections 1.4 and 1.7. */
import { CallError, codes, selectors, systemCalls, WordReader, WordWriter } from '#kernel'
import type { Context } from '../runtime/context.ts'

/** Argument words of an exchange. Kernel section 0.3. */
const mostWords = 8

/** Operation that gives another send gate of a session. Services section 1.4. */
const connectOperation = 0x8000_0000

/**
 * Obtains capabilities into own selectors, or delegates own ones; `args` starts with the operation. With `act`, the selector of
 * an activity, the selectors are those of that activity. Gives the words of the answer.
 *
 * Rejects: CallError with the service's code or the kernel's.
 */
export const exchangeWithSession = async (
  context: Context,
  session: number,
  kind: 'obtain' | 'delegate',
  own: { readonly start: number; readonly count: number },
  args: WordWriter,
  act: number | bigint = selectors.activity,
): Promise<WordReader> => {
  const bytes = args.finish()
  if (bytes.length > 8 * mostWords) throw new CallError(codes.OutOfBounds, 'the arguments do not fit an exchange')
  const view = new DataView(bytes.buffer)
  const words = Array.from({ length: bytes.length / 8 }, (_, index) => view.getBigUint64(8 * index, true))
  const answer = await context.calls.call(systemCalls.exchangeSess, {
    act,
    sess: session,
    range: own,
    bytes: bytes.length,
    args: words,
    obtain: kind === 'obtain',
  })
  const writer = new WordWriter()
  for (const word of answer.args.slice(0, Number(answer.bytes) / 8)) writer.word(word)
  return new WordReader(writer.finish())
}

/** A send gate for requests of the session, at the selector returned. */
export const connectSession = async (context: Context, session: number): Promise<number> => {
  const start = context.selector()
  await exchangeWithSession(context, session, 'obtain', { start, count: 1 }, new WordWriter().word(connectOperation))
  return start
}
