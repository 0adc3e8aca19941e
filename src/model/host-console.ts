/** The host's end of PRINT: puts the packets that reach the host port together to texts. TCU section 4.9. */
import { modes } from '#layout'
import { flitBurst, flitMode, flitSource } from './flits.ts'
import { receiveBody, receiveHead } from './incoming.ts'
import type { Incoming } from './incoming.ts'
import type { PrintedText } from './platform.ts'

export interface HostConsole {
  /** Takes a flit that was delivered to the host port on class 0; gives the text that it completes. */
  deliver(flit: bigint, cycle: number): PrintedText | undefined
}

/** Makes a console. */
export const hostConsole = (): HostConsole => {
  let arriving: { readonly packet: Incoming; readonly source: number; readonly printed: boolean } | undefined
  const decoder = new TextDecoder()
  return {
    deliver(flit, cycle) {
      if (arriving === undefined) {
        const packet = receiveHead(flit, 0, true)
        const printed = flitMode(flit) === modes.WRITE_POSTED && packet.kind === 'memoryWrite'
        arriving = { packet, source: flitSource(flit), printed }
      } else {
        receiveBody(arriving.packet, flit)
      }
      if (flitBurst(flit)) return undefined
      const { packet, source, printed } = arriving
      arriving = undefined
      if (!printed) return undefined
      return { cycle, source, text: decoder.decode(packet.data.subarray(packet.first, packet.first + packet.arrived)) }
    },
  }
}
