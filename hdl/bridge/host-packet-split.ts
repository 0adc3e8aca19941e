/** Packets from the network: which are for the host, and which for the bridge itself. */
import { bit, input, module, mux, output, reg, stream, uint, unpack, when } from '#edsl'
import { flitBits, headFlit, hostId } from '#layout'

/**
 * Hands packets on to the host, whose chip is 0x3F, or to the bridge's own id; none of them is torn.
 *
 * Ports: `from` packets of one class; `toHost`, `toBridge` packets.
 * Timing: flits pass within the cycle.
 * Reset: a packet begins.
 */
export const packetSplit = module(
  'host_packet_split',
  {
    from: input(stream(uint(flitBits))),
    toHost: output(stream(uint(flitBits))),
    toBridge: output(stream(uint(flitBits))),
  },
  ({ from, toHost, toBridge }) => {
    const inside = reg(bit, 0)
    const before = reg(bit)
    const head = unpack(headFlit, from.payload)
    const forHost = mux(inside, before, head.targetChip.eq(hostId.chip)).named('for_host')
    toHost.payload.drive(from.payload)
    toBridge.payload.drive(from.payload)
    toHost.valid.drive(from.valid.and(forHost))
    toBridge.valid.drive(from.valid.and(forHost.not()))
    from.ready.drive(mux(forHost, toHost.ready, toBridge.ready))
    when(from.fire, () => {
      inside.next(head.burst)
      before.next(forHost)
    })
  },
)
