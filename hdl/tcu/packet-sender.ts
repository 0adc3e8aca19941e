/** Sends data from local memory: cuts it into packets, and messages into their one packet. */
import {
  bit,
  cat,
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
  uint,
  type UInt,
  when,
  wire,
} from '#edsl'
import { flowFifo } from '#hdl/lib'
import { bodyFlit, burstBytes, flitBits, headFlit, nocId } from '#layout'
import { memoryRequest, sendJob } from './interfaces.ts'

const linesBuffered = 4

/**
 * Sends one job at a time: memory data as bursts and single flits (rules 1 to 4 of section 7.4), a message as one burst
 * with its header (section 7.6). Data keep the lanes that they have in local memory.
 *
 * Ports: `job` in; `flit` out; `load` to the memory port, `granted` from it, `loaded` the line, one cycle later; `own` the
 * ids of this tile; `busy` high from the job to its last flit; `loading` high while lines are still to be read; `leaves` with the
 * head of a packet. `stop` cuts the job short: payload lines behind the flit that is offered leave with bsel 0, and no further
 * packet follows, which `cutShort` tells until the next job. `restart`: of a packet that has begun all other flits have bsel 0.
 * Timing: the head leaves in the cycle after the job came, its first line with the next flit, one flit per cycle from then on.
 * Source: TCU interface 2.0.1, sections 7.2 to 7.4 and 7.6.
 */
export const packetSender = module(
  'packet_sender',
  {
    job: input(stream(sendJob)),
    own: input(nocId),
    flit: output(stream(uint(flitBits))),
    load: output(memoryRequest),
    granted: input(bit),
    loaded: input(uint(128)),
    busy: output(bit),
    loading: output(bit),
    stop: input(bit),
    restart: input(bit),
    leaves: output(bit),
    cutShort: output(bit),
  },
  ({ job, own, flit, load, granted, loaded, busy, loading, stop, restart, ...ports }) => {
    const state = states('idle', 'head', 'header', 'lines', 'drain')
    const held = reg(sendJob)
    const source = reg(uint(32))
    const remote = reg(uint(32))
    const remaining = reg(uint(32))
    const linesLeft = reg(uint(8))
    const secondHeader = reg(bit, 0)

    // Lines are read ahead of the flits that carry them.
    const lines = instance(flowFifo(uint(128), linesBuffered))
    const loadAddress = reg(uint(28))
    const loadsLeft = reg(uint(29), 0)
    const room = reg(uint(3), linesBuffered)
    const arriving = reg(bit, 0)
    load.drive({
      valid: loadsLeft.any().and(room.any()),
      store: 0,
      address: cat(loadAddress, literal(4, 0)),
      enables: 0,
      data: 0,
    })
    arriving.next(granted)
    lines.from.valid.drive(arriving)
    lines.from.payload.drive(loaded)
    loading.drive(loadsLeft.any())
    when(granted, () => {
      loadAddress.next(loadAddress.addWrap(1))
      loadsLeft.next(loadsLeft.subWrap(1))
    })
    when(granted.and(lines.to.fire.not()), () => room.next(room.subWrap(1)))
    when(lines.to.fire.and(granted.not()), () => room.next(room.addWrap(1)))

    // The packet that begins at `source`: a function of the address and of what is left.
    const offset = source.truncate(4)
    const isMessage = held.message
    const immediate = held.immediate
    const single = remaining.le(8).and(isMessage.not())
    const toWordEnd = literal(4, 8).subWrap(offset.truncate(3).extend(4))
    const big = remaining.ge(burstBytes).and(isMessage.not())
    const segment = mux(
      single,
      mux(remaining.truncate(4).gt(toWordEnd), toWordEnd, remaining.truncate(4)).extend(32),
      mux(big, literal(32, burstBytes).subWrap(offset.extend(32)), remaining),
    )
    const dataLines = segment.truncate(12).addWrap(offset.extend(12)).addWrap(15).slice(4, 8)
    const lastLane = segment.truncate(4).addWrap(offset).subWrap(1)
    const firstLane = literal(4, 15).subWrap(offset)
    const word = mux(offset.bit(3), lines.to.payload.slice(64, 64), lines.to.payload.slice(0, 64))
    const lanes = literal(8, 0xff)
      .shiftRight(literal(4, 8).subWrap(segment.truncate(4)))
      .shiftLeft(offset.truncate(3))
    const announced = mux(isMessage, dataLines.addWrap(2), dataLines)

    const head = (burst: UInt<1>, bsel: UInt<8>, data0: UInt<64>) =>
      pack(headFlit, {
        burst,
        arq: 0,
        bsel,
        sourceMod: own.mod,
        sourceChip: own.chip,
        targetMod: held.target.mod,
        targetChip: held.target.chip,
        mode: held.mode,
        address: remote,
        data0,
      })
    const body = (more: UInt<1>, line: UInt<128>, bsel: UInt<8>) =>
      pack(bodyFlit, { burst: more, arq: 0, bsel, data1: line.slice(64, 64), data0: line.slice(0, 64) })

    const outgoing = wire(uint(flitBits), 0)
    const present = wire(bit, 0)
    const takesLine = wire(bit, 0)
    flit.payload.drive(outgoing)
    flit.valid.drive(present)
    lines.to.ready.drive(takesLine)
    job.ready.drive(state.is('idle').and(restart.not()))
    busy.drive(state.is('idle').not())

    const advance = () => {
      source.next(source.addWrap(segment))
      remote.next(remote.addWrap(segment))
      remaining.next(remaining.subWrap(segment))
    }
    // A flit that is offered stays what it is; what follows is cut.
    const cutShort = reg(bit, 0)
    const offered = reg(bit, 0)
    const lost = reg(bit, 0)
    const resets = restart.or(lost)
    const cuts = stop.and(offered.not()).or(resets)
    when(state.is('idle').not(), () => lost.next(resets)).otherwise(() => lost.next(0))
    offered.next(present.and(flit.ready.not()).and(cuts.not()))
    ports.cutShort.drive(cutShort)
    ports.leaves.drive(state.is('head').and(flit.fire))

    const afterPacket = (left: UInt<1>) => {
      when(stop.or(resets), () => {
        state.go('drain')
        when(left, () => cutShort.next(1))
      })
        .elseWhen(left, () => state.go('head'))
        .otherwise(() => state.go('idle'))
    }

    state.match({
      idle: () =>
        when(job.fire, () => {
          const { local, size } = job.payload
          held.next(job.payload)
          cutShort.next(0)
          source.next(local)
          remote.next(job.payload.remote)
          remaining.next(size)
          loadAddress.next(local.slice(4, 28))
          const lineCount = size
            .add(local.truncate(4).extend(32))
            .addWrap(mux(size.any(), literal(33, 15), literal(33, 0)))
            .slice(4, 29)
          when(job.payload.immediate.not(), () => loadsLeft.next(lineCount))
          secondHeader.next(0)
          state.go('head')
        }),
      head: () =>
        when(resets.or(cuts.and(isMessage.not()).and(immediate.not())), () => {
          cutShort.next(1)
          state.go('drain')
        })
          .elseWhen(immediate, () => {
            outgoing.drive(head(literal(1, 0), literal(8, 0xff), held.header01.slice(0, 64)))
            present.drive(1)
            when(flit.fire, () => state.go('idle'))
          })
          .elseWhen(single, () => {
            // A line that a second single flit continues stays in front.
            const left = remaining.ne(segment)
            const lineEnds = offset.extend(5).addWrap(segment.truncate(5)).bit(4).or(left.not())
            outgoing.drive(head(literal(1, 0), lanes, word))
            present.drive(lines.to.valid)
            takesLine.drive(flit.ready.and(lineEnds))
            when(flit.fire, () => {
              advance()
              afterPacket(left)
            })
          })
          .otherwise(() => {
            const messageSelect = cat(mux(remaining.any(), lastLane, literal(4, 15)), literal(4, 15))
            outgoing.drive(
              head(literal(1, 1), mux(isMessage, messageSelect, cat(lastLane, firstLane)), announced.extend(64)),
            )
            present.drive(1)
            when(flit.fire, () => {
              advance()
              linesLeft.next(dataLines)
              when(isMessage, () => state.go('header')).otherwise(() => state.go('lines'))
            })
          }),
      lines: () => {
        const more = linesLeft.ne(1)
        outgoing.drive(body(more, lines.to.payload, mux(cuts, literal(8, 0), literal(8, 0xff))))
        present.drive(lines.to.valid.or(resets))
        takesLine.drive(flit.ready)
        when(flit.fire, () => {
          linesLeft.next(linesLeft.subWrap(1))
          when(cuts, () => cutShort.next(1))
          when(more.not(), () => void afterPacket(remaining.any()))
        })
      },
      header: () => {
        const more = secondHeader.not().or(linesLeft.any())
        outgoing.drive(
          body(more, mux(secondHeader, held.header23, held.header01), mux(resets, literal(8, 0), literal(8, 0xff))),
        )
        present.drive(1)
        when(flit.fire, () => {
          secondHeader.next(1)
          when(secondHeader, () => when(linesLeft.any(), () => state.go('lines')).otherwise(() => state.go('idle')))
        })
      },
      drain: () => {
        // Lines that no flit carries any more.
        takesLine.drive(1)
        loadsLeft.next(0)
        when(room.eq(linesBuffered).and(loadsLeft.any().not()), () => state.go('idle'))
      },
    })
    when(restart, () => loadsLeft.next(0))
  },
)
