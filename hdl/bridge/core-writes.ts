/** A core's writes. */
import {
  allow,
  bit,
  cat,
  connect,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  pack,
  reg,
  states,
  stream,
  struct,
  uint,
  type UInt,
  when,
  wire,
} from '#edsl'
import { fifo } from '#hdl/lib'
import { bodyFlit, flitBits, headFlit, modes, nocId } from '#layout'
import { coreBurst } from './core-beats.ts'
import { coreLines, writeBeat } from './core-lines.ts'
import type { CoreBridgeChoices } from './core-options.ts'
import { coreRuns } from './core-runs.ts'
import { storedPackets } from './stored-packets.ts'

/** How a write ended. */
const writeAnswer = (idBits: number) => struct({ id: uint(idBits), error: bit })

/**
 * Sends what a core writes: bytes at consecutive addresses as a packet, so a burst with all strobes as one per 256 bytes, and
 * nothing for beats without strobes. A packet leaves when all of it is there.
 *
 * Ports: `burst`, `beat` from the core, `answer` to it; `flit` the packets; `own` ids, `target` where they go;
 * `acknowledged` a memory tile has stored one, `refused` it has not; `unasked` nobody waited for that.
 * Timing: a flit per cycle. The answer comes when the last flit has been taken, or, when writes are acknowledged, with the last
 * acknowledgement; one transaction at a time then.
 * Errors: SLVERR for a refused burst; for an acknowledged write also when one is refused, or missing for the time-out.
 * Reset: nothing is under way.
 * Source: NoC section 7.4.
 */
export const coreWrites = (choices: CoreBridgeChoices) => {
  const { dataBits, idBits, writes, writesAre, sendTimeoutCycles } = choices
  const busBits: number = dataBits
  return module(
    `core_writes_${writesAre}_${writes}_d${dataBits}i${idBits}_timeout_${sendTimeoutCycles}`,
    {
      own: input(nocId),
      target: input(nocId),
      burst: input(stream(coreBurst(idBits))),
      beat: input(stream(writeBeat(busBits))),
      answer: output(stream(writeAnswer(idBits))),
      flit: output(stream(uint(flitBits))),
      acknowledged: input(bit),
      refused: input(bit),
      unasked: output(bit),
    },
    (ports) => {
      const { own, target, answer, flit } = ports
      const gather = instance(coreLines(choices), 'gather')
      const cut = instance(coreRuns(idBits), 'cut')
      const answers = instance(fifo(writeAnswer(idBits), writes), 'answers')
      connect(gather.burst, ports.burst)
      connect(gather.beat, ports.beat)
      connect(cut.line, gather.line)
      connect(answer, answers.to)

      const state = states('head', 'lines', 'wait')
      if (writesAre === 'posted') allow('HDL-0306', 'no acknowledgement is waited for', state)
      const { run, data } = cut
      const { end, address, first, last, lines } = run.payload
      const sent = reg(uint(4), 0)
      const nothing = lines.any().not()
      const single = lines.eq(1).and(first.bit(3).eq(last.bit(3)))
      const lanes = literal(8, 0xff)
        .shiftLeft(first.truncate(3))
        .and(literal(8, 0xff).shiftRight(literal(3, 7).subWrap(last.truncate(3))))
      const word = mux(first.bit(3), data.payload.slice(64, 64), data.payload.slice(0, 64))

      const head = (burst: UInt<1>, bsel: UInt<8>, data0: UInt<64>) =>
        pack(headFlit, {
          burst,
          arq: 0,
          bsel,
          sourceMod: own.mod,
          sourceChip: own.chip,
          targetMod: target.mod,
          targetChip: target.chip,
          mode: modes.WRITE_POSTED_2,
          address,
          data0,
        })
      const outgoing = wire(uint(flitBits), 0)
      const present = wire(bit, 0)
      const takesLine = wire(bit, 0)
      const takesRun = wire(bit, 0)
      flit.payload.drive(outgoing)
      flit.valid.drive(present)
      data.ready.drive(takesLine)
      run.ready.drive(takesRun)

      // --- the end of a transaction
      const isOver = wire(bit, 0)
      const fails = wire(bit, 0)
      answers.from.valid.drive(isOver)
      answers.from.payload.drive({ id: end.id, error: end.refused.or(fails) })

      // A packet begins when there is room for the answer behind it: it never stops for the core.
      const mayBegin = run.valid.and(end.valid.not().or(answers.from.ready))
      const packetEnds = (): void => {
        if (writesAre === 'posted') {
          takesRun.drive(1)
          isOver.drive(end.valid)
          state.go('head')
          return
        }
        when(end.valid, () => state.go('wait')).otherwise(() => {
          takesRun.drive(1)
          state.go('head')
        })
      }

      const waits = ((): (() => void) => {
        if (writesAre === 'posted') return () => state.go('head')
        const stored = instance(storedPackets(sendTimeoutCycles), 'stored')
        stored.sent.drive(flit.fire.and(state.is('head')))
        stored.acknowledged.drive(ports.acknowledged)
        stored.refused.drive(ports.refused)
        stored.waiting.drive(state.is('wait'))
        ports.unasked.drive(stored.unasked)
        fails.drive(stored.failed)
        return () =>
          when(stored.over, () => {
            takesRun.drive(1)
            isOver.drive(1)
            state.go('head')
          })
      })()

      state.match({
        head: () =>
          when(mayBegin, () =>
            when(nothing, packetEnds)
              .elseWhen(single, () => {
                outgoing.drive(head(literal(1, 0), lanes, word))
                present.drive(data.valid)
                takesLine.drive(flit.ready)
                when(flit.fire, packetEnds)
              })
              .otherwise(() => {
                outgoing.drive(head(literal(1, 1), cat(last, literal(4, 15).subWrap(first)), lines.extend(64)))
                present.drive(data.valid)
                when(flit.fire, () => state.go('lines'))
              }),
          ),
        lines: () => {
          const more = sent.extend(5).addWrap(1).ne(lines)
          outgoing.drive(
            pack(bodyFlit, {
              burst: more,
              arq: 0,
              bsel: 0xff,
              data1: data.payload.slice(64, 64),
              data0: data.payload.slice(0, 64),
            }),
          )
          present.drive(data.valid)
          takesLine.drive(flit.ready)
          when(flit.fire, () => {
            sent.next(mux(more, sent.addWrap(1), literal(4, 0)))
            when(more.not(), packetEnds)
          })
        },
        wait: () => waits(),
      })

      if (writesAre === 'posted') {
        ports.unasked.drive(0)
        allow('HDL-0305', 'no acknowledgement is waited for', ports.acknowledged)
        allow('HDL-0305', 'no acknowledgement is waited for', ports.refused)
      }
    },
  )
}
