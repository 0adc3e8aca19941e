/** The multiplexer's answers to the kernel. Source: kernel section 3.8. */
import type { Tile } from '#model'
import { activityOperations, bufferOrders, muxBuffers, muxEps, sideCallReply, sideCalls, WordReader } from '#kernel'
import type { Tcu } from '#kernel'

/** Where answers and the last system call are composed: behind the receive buffers of the multiplexer's page. */
export const muxMessageBuffer = muxBuffers + 0x400
const sideCallBuffer = muxBuffers + 2 ** bufferOrders.muxCall

/** What side calls told a multiplexer to do. */
export interface MuxState {
  readonly tile: Tile
  readonly tcu: Tcu
  requested: 'nothing' | 'start' | 'stop' | 'shutdown'
}

/** Answers one side call if there is one. */
export const serveSideCall = async (mux: MuxState): Promise<boolean> => {
  const { tcu } = mux
  if ((await tcu.unread(muxEps.sideCalls)) === 0) return false
  const message = await tcu.fetch(muxEps.sideCalls, sideCallBuffer)
  if (message === undefined) return false
  const reader = new WordReader(message.payload)
  const code = reader.word()
  if (code === BigInt(sideCalls.activityControl.code)) {
    reader.word()
    mux.requested = reader.word() === BigInt(activityOperations.start) ? 'start' : 'stop'
  }
  if (code === BigInt(sideCalls.shutdown.code)) mux.requested = 'shutdown'
  const answer = sideCallReply(0)
  mux.tile.writeMemory(muxMessageBuffer, answer)
  await tcu.reply(muxEps.sideCalls, message.offset, muxMessageBuffer, answer.length)
  return true
}
