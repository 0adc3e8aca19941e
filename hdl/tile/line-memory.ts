/** Streams of line requests at one memory port. */
import { cat, constant, input, instance, literal, module, mux, output, probe, reg, stream, uint } from '#edsl'
import { lineRequest, loadedLine, storedRun } from '#hdl/bridge'
import { roundRobin } from '#hdl/lib'
import { memoryRequest } from '#hdl/tcu'
import { memoryAccess, memoryUsers } from '#layout'

/** Who loads and who stores for each stream, as lockstep names them. */
const loaders = ['response', 'bypassResponse'] as const
const storers = ['receive', 'bypassReceive'] as const

/**
 * Gives `streams` streams of line requests turns at an on-chip memory, line by line.
 *
 * Ports: `ask` the requests; `loaded`, `stored` what becomes of them; `access` to the memory; `line` what it loaded, `latency`
 * cycles after the access.
 * Timing: one access per cycle; a stream waits for one access of each other stream at most.
 * Reset: nothing is under way.
 * Source: NoC section 7.2; NDEV-17.
 */
export const lineMemory = (streams: 1 | 2, latency: number) =>
  module(
    `line_memory_${streams}_latency_${latency}`,
    {
      ask: Array.from({ length: streams }, () => input(stream(lineRequest))),
      loaded: Array.from({ length: streams }, () => output(loadedLine)),
      stored: Array.from({ length: streams }, () => output(storedRun)),
      access: output(memoryRequest),
      line: input(uint(128)),
    },
    ({ ask, loaded, stored, access, line }) => {
      const turn = instance(roundRobin(streams), 'turn')
      turn.request.drive(cat(...ask.map(({ valid }) => valid).reverse()))
      turn.accepted.drive(1)
      const chosen = streams === 1 ? ask[0]!.payload : mux(turn.grant.bit(1), ask[1]!.payload, ask[0]!.payload)
      // A line without enables is stored by doing nothing.
      const accesses = turn.grant.any().and(chosen.store.not().or(chosen.enables.any()))
      access.drive({
        valid: accesses,
        store: chosen.store,
        address: chosen.address,
        enables: chosen.enables,
        data: chosen.data,
      })

      ask.forEach((from, index) => {
        const granted = turn.grant.bit(index)
        from.ready.drive(granted)
        stored[index]!.drive({ valid: granted.and(from.payload.store).and(from.payload.last), error: 0 })
        const onTheWay = reg(uint(latency), 0, `on_the_way_${index}`)
        const loads = granted.and(from.payload.store.not())
        onTheWay.next(latency === 1 ? loads : cat(onTheWay.truncate(latency - 1), loads))
        loaded[index]!.drive({ valid: onTheWay.bit(latency - 1), error: 0, data: line })
      })

      const second = streams === 1 ? literal(1, 0) : turn.grant.bit(1)
      probe('memory', accesses, memoryAccess, {
        user: mux(
          chosen.store,
          mux(second, constant(memoryUsers, storers[1]), storers[0]),
          mux(second, constant(memoryUsers, loaders[1]), loaders[0]),
        ),
        store: chosen.store,
        address: chosen.address,
        enables: mux(chosen.store, chosen.enables, literal(16, 0)),
        data: mux(chosen.store, chosen.data, literal(128, 0)),
      })
    },
  )
