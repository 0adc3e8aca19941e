/** Sends what reads brought. */
import {
  bit,
  cat,
  input,
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
import { bodyFlit, burstBytes, errorCodes, flitBits, headFlit, modes, nocId } from '#layout'
import { memoryJob, type MemoryTraffic, trafficModes } from './memory-records.ts'

/** A line with the word of the memory about it. */
export const answeredLine = struct({ error: bit, data: uint(128) })

/**
 * Answers one read after the other: memory data as bursts and single flits (rules 1 to 4 of TCU section 7.4), registers with
 * their value, and what does not exist with an error. A line that the memory refuses ends the answer: before a packet with an
 * error, in the middle of one with flits of bsel 0x00; the other lines of the read are taken and dropped.
 *
 * Ports: `begun` the reads, `line` their lines; `flit` out; `own` the ids of this tile.
 * Timing: a flit per cycle while lines are there, also from one answer to the next.
 * Reset: nothing is sent.
 * Source: TCU interface 2.0.1, sections 7.2 to 7.5; NoC sections 2.6 and 7.2, NDEV-8.
 */
export const memoryAnswers = (traffic: MemoryTraffic) =>
  module(
    `memory_answers_${traffic}`,
    {
      own: input(nocId),
      begun: input(stream(memoryJob)),
      line: input(stream(answeredLine)),
      flit: output(stream(uint(flitBits))),
    },
    ({ own, begun, line, flit }) => {
      const state = states('idle', 'head', 'lines', 'drain')
      const job = reg(memoryJob)
      const source = reg(uint(32))
      const remote = reg(uint(32))
      const remaining = reg(uint(32))
      /** Lines of the read that have not been taken, and of the packet that have not been sent. */
      const linesDue = reg(uint(29))
      const linesLeft = reg(uint(6))
      const failed = reg(bit)

      // The packet that begins at `source`: a function of the address and of what is left.
      const offset = source.truncate(4)
      const single = remaining.le(8)
      const toWordEnd = literal(4, 8).subWrap(offset.truncate(3).extend(4))
      const segment = mux(
        single,
        mux(remaining.truncate(4).gt(toWordEnd), toWordEnd, remaining.truncate(4)).extend(10),
        mux(remaining.ge(burstBytes), literal(10, burstBytes).subWrap(offset.extend(10)), remaining.truncate(10)),
      )
      const lines = segment.addWrap(offset.extend(10)).addWrap(15).slice(4, 6)
      const lastLane = segment.truncate(4).addWrap(offset).subWrap(1)
      const word = mux(offset.bit(3), line.payload.data.slice(64, 64), line.payload.data.slice(0, 64))
      const lanes = literal(8, 0xff)
        .shiftRight(literal(4, 8).subWrap(segment.truncate(4)))
        .shiftLeft(offset.truncate(3))
      const left = remaining.subWrap(segment.extend(32))

      const head = (burst: UInt<1>, bsel: UInt<8>, mode: UInt<4>, address: UInt<32>, data0: UInt<64>) =>
        pack(headFlit, {
          burst,
          arq: 0,
          bsel,
          sourceMod: own.mod,
          sourceChip: own.chip,
          targetMod: job.source.mod,
          targetChip: job.source.chip,
          mode,
          address,
          data0,
        })
      const dataMode = literal(4, trafficModes[traffic].data)
      const fault = head(
        literal(1, 0),
        literal(8, traffic === 'commands' ? 0xff : 0),
        literal(4, traffic === 'commands' ? modes.ERROR : modes.READ_RSP_2),
        job.returnAddress,
        literal(64, errorCodes.TIMEOUT_MEM),
      )
      const select = cat(lastLane, literal(4, 15).subWrap(offset))

      const outgoing = wire(uint(flitBits), 0)
      const present = wire(bit, 0)
      const takesLine = wire(bit, 0)
      const ends = wire(bit, 0)
      flit.payload.drive(outgoing)
      flit.valid.drive(present)
      line.ready.drive(takesLine)
      when(line.fire, () => linesDue.next(linesDue.subWrap(1)))

      const advance = (): void => {
        source.next(source.addWrap(segment.extend(32)))
        remote.next(remote.addWrap(segment.extend(32)))
        remaining.next(left)
      }

      state.match({
        idle: () => undefined,
        head: () =>
          when(job.kind.is('register'), () => {
            outgoing.drive(head(literal(1, 0), literal(8, 0xff), dataMode, job.returnAddress, job.value))
            present.drive(1)
            ends.drive(flit.ready)
          })
            .elseWhen(job.kind.is('refused'), () => {
              outgoing.drive(fault)
              present.drive(1)
              ends.drive(flit.ready)
            })
            .elseWhen(line.payload.error, () => {
              outgoing.drive(fault)
              present.drive(line.valid)
              when(flit.fire, () => state.go('drain'))
            })
            .elseWhen(single, () => {
              // A line that a second single flit continues stays in front.
              const lineEnds = offset.extend(5).addWrap(segment.truncate(5)).bit(4).or(left.any().not())
              outgoing.drive(head(literal(1, 0), lanes, dataMode, remote, word))
              present.drive(line.valid)
              takesLine.drive(flit.ready.and(lineEnds))
              when(flit.fire, () => {
                advance()
                ends.drive(left.any().not())
              })
            })
            .otherwise(() => {
              outgoing.drive(head(literal(1, 1), select, dataMode, remote, lines.extend(64)))
              present.drive(line.valid)
              when(flit.fire, () => {
                advance()
                linesLeft.next(lines)
                failed.next(0)
                state.go('lines')
              })
            }),
        lines: () => {
          const more = linesLeft.ne(1)
          const fails = failed.or(line.payload.error)
          outgoing.drive(
            pack(bodyFlit, {
              burst: more,
              arq: 0,
              bsel: mux(fails, literal(8, 0), literal(8, 0xff)),
              data1: line.payload.data.slice(64, 64),
              data0: line.payload.data.slice(0, 64),
            }),
          )
          present.drive(line.valid)
          takesLine.drive(flit.ready)
          when(flit.fire, () => {
            linesLeft.next(linesLeft.subWrap(1))
            failed.next(fails)
            when(more.not(), () => {
              when(remaining.any().not(), () => ends.drive(1))
                .elseWhen(fails, () => state.go('drain'))
                .otherwise(() => state.go('head'))
            })
          })
        },
        drain: () => {
          takesLine.drive(1)
          ends.drive(line.valid.and(linesDue.eq(1)))
        },
      })

      begun.ready.drive(state.is('idle').or(ends))
      when(begun.fire, () => {
        const { address, size, returnAddress } = begun.payload
        job.next(begun.payload)
        source.next(address)
        remote.next(returnAddress)
        remaining.next(size)
        linesDue.next(size.add(address.truncate(4).extend(32)).addWrap(15).slice(4, 29))
        state.go('head')
      }).elseWhen(ends, () => state.go('idle'))
    },
  )
