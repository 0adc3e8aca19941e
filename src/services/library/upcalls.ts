/** Messages of the kernel to a program. Source: kernel section 3.5. */
import { CallError, codes, decodeFields, upcalls, WordReader, WordWriter } from '#kernel'
import type { Context } from '../runtime/context.ts'

/** What an upcall says. */
export type Upcall =
  | { readonly kind: 'service derived'; readonly event: bigint; readonly error: number }
  | {
      readonly kind: 'activity ended'
      readonly event: bigint
      readonly error: number
      readonly act: bigint
      readonly exitCode: number
    }

/** Waits for the next upcall and answers it, so that the kernel can send another one. */
export const nextUpcall = async (context: Context): Promise<Upcall> => {
  const ep = context.standardEp('upcall')
  const { offset, payload } = await context.receiveStandard('upcall')
  const answer = new WordWriter().word(codes.Success).finish()
  const buffer = answerBuffer(context, answer.length)
  context.tile.writeMemory(buffer, answer)
  if ((await context.tcu.reply(ep, offset, buffer, answer.length)) !== 0) await context.tcu.acknowledge(ep, offset)
  const reader = new WordReader(payload)
  const code = Number(reader.word())
  if (code === upcalls.deriveSrv.code) {
    const { event, error } = decodeFields(upcalls.deriveSrv.fields, reader)
    return { kind: 'service derived', event, error: Number(error) }
  }
  if (code !== upcalls.actWait.code) throw new CallError(codes.InvArgs, `upcall ${code}`)
  const { event, error, act, exitCode } = decodeFields(upcalls.actWait.fields, reader)
  return { kind: 'activity ended', event, error: Number(error), act, exitCode: Number(exitCode) }
}

const buffers = new WeakMap<Context, number>()

const answerBuffer = (context: Context, bytes: number): number => {
  const buffer = buffers.get(context) ?? context.allocate(bytes)
  buffers.set(context, buffer)
  return buffer
}
