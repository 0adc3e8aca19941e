/** The multiplexer's answers to the kernel. Source: kernel section 3.8. */
import type { Tile } from '#model'
import {
  activityControls,
  bufferOrders,
  codes,
  decodeFields,
  Malformed,
  muxBuffers,
  muxEps,
  sideCallReply,
  sideCalls,
  WordReader,
} from '#kernel'
import type { Tcu } from '#kernel'
import { MuxQuotas } from './quotas.ts'
import type { QuotaAnswer } from './quotas.ts'

/** Where answers and the last system call are composed: behind the receive buffers of the multiplexer's page. */
export const muxMessageBuffer = muxBuffers + 0x400
const sideCallBuffer = muxBuffers + 2 ** bufferOrders.muxCall

/** Type of this multiplexer in answers to Info. Kernel section 3.8. */
const muxType = 1n

/** What side calls told a multiplexer to do, and its accounts. */
export interface MuxState {
  readonly tile: Tile
  readonly tcu: Tcu
  readonly quotas: MuxQuotas
  requested: 'nothing' | 'start' | 'stop' | 'shutdown'
}

export const newMux = (tile: Tile, tcu: Tcu): MuxState => ({
  tile,
  tcu,
  quotas: new MuxQuotas(),
  requested: 'nothing',
})

/** Answers one side call if there is one. An answer that the kernel waits for no more frees its slot all the same. */
export const serveSideCall = async (mux: MuxState): Promise<boolean> => {
  const { tcu } = mux
  if ((await tcu.unread(muxEps.sideCalls)) === 0) return false
  const message = await tcu.fetch(muxEps.sideCalls, sideCallBuffer)
  if (message === undefined) return false
  const answer = sideCallReply(...answerTo(mux, message.payload))
  mux.tile.writeMemory(muxMessageBuffer, answer)
  const error = await tcu.reply(muxEps.sideCalls, message.offset, muxMessageBuffer, answer.length)
  if (error !== 0) await tcu.acknowledge(muxEps.sideCalls, message.offset)
  return true
}

const nothing: QuotaAnswer = [codes.Success, 0n, 0n]

const answerTo = (mux: MuxState, payload: Uint8Array): QuotaAnswer => {
  const reader = new WordReader(payload)
  try {
    const code = Number(reader.word())
    switch (code) {
      case sideCalls.info.code:
        return [codes.Success, muxType, 0n]
      case sideCalls.activityControl.code: {
        const { op } = decodeFields(sideCalls.activityControl.request, reader)
        mux.requested = op === activityControls.start ? 'start' : 'stop'
        return nothing
      }
      case sideCalls.deriveQuota.code: {
        const { parentTime, parentPageTables, time, pageTables } = decodeFields(sideCalls.deriveQuota.request, reader)
        return mux.quotas.derive(parentTime, parentPageTables, time, pageTables)
      }
      case sideCalls.getQuota.code: {
        const { time, pageTables } = decodeFields(sideCalls.getQuota.request, reader)
        return mux.quotas.get(time, pageTables)
      }
      case sideCalls.setQuota.code: {
        const { id, time, pageTables } = decodeFields(sideCalls.setQuota.request, reader)
        return mux.quotas.set(id, time, pageTables)
      }
      case sideCalls.removeQuotas.code: {
        const { time, pageTables } = decodeFields(sideCalls.removeQuotas.request, reader)
        return mux.quotas.remove(time, pageTables)
      }
      case sideCalls.shutdown.code:
        mux.requested = 'shutdown'
        return nothing
      default:
        return nothing
    }
  } catch (reason) {
    if (!(reason instanceof Malformed)) throw reason
    return [codes.InvArgs, 0n, 0n]
  }
}
