/** Takes the requests of one kind of traffic to a memory tile. */
import {
  allow,
  bit,
  cat,
  constant,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  states,
  stream,
  struct,
  uint,
  unpack,
  when,
  wire,
} from '#edsl'
import { lineAligner, lineRequest } from '#hdl/bridge'
import { burstByteCount, lanesOfBurstLine, lowestLane, onesOf } from '#hdl/lib'
import { dropEvent, registerAccess } from '#hdl/tcu'
import { bodyFlit, burstSelect, flitBits, headFlit, nocId, readRequest } from '#layout'
import { insideRange } from './inside-range.ts'
import { memoryJob, type MemoryRange, type MemoryTraffic, pendingWrite, trafficModes } from './memory-records.ts'

export interface MemoryRequestsOptions extends MemoryRange {
  readonly traffic: MemoryTraffic
  /** Whether writes are acknowledged: those of commands always. */
  readonly acknowledged: boolean
}

/**
 * Sinks one class of requests, packet by packet and in order: reads go on as jobs, writes as lines to be stored, which wait
 * until the reads before them have been asked for; register accesses are made at once. What is malformed is dropped and
 * counted; a write that leaves the memory is refused, or, without acknowledgement, dropped.
 *
 * Ports: `flit` in; `register` accesses, `registerData` what they read; `job` reads, `loading` some have not been asked for;
 * `line` to be stored; `write` the writes that have been taken, in order; `dropped`.
 * Timing: a flit per cycle, one cycle more for a register read and for a write that takes a further line.
 * Reset: no packet is open.
 * Source: TCU interface 2.0.1, sections 6.1 and 7.5; NoC section 7.2; NDEV-8, NDEV-9, NDEV-18.
 */
export const memoryRequests = (options: MemoryRequestsOptions) =>
  module(
    `memory_requests_${options.traffic}${options.acknowledged ? '' : '_posted'}_${rangeName(options)}`,
    {
      flit: input(stream(uint(flitBits))),
      register: output(stream(registerAccess)),
      registerData: input(uint(64)),
      job: output(stream(memoryJob)),
      loading: input(bit),
      line: output(stream(lineRequest)),
      write: output(stream(pendingWrite)),
      dropped: output(dropEvent),
    },
    ({ flit, register, registerData, job, loading, line, write, dropped }) => {
      const known = trafficModes[options.traffic]
      const state = states('head', 'answer', 'write', 'discard', 'drop')
      if (!options.acknowledged) allow('HDL-0306', 'what is refused is dropped where nobody is told', state)
      const head = unpack(headFlit, flit.payload)
      const body = unpack(bodyFlit, flit.payload)
      const source = { chip: head.sourceChip, mod: head.sourceMod }

      // --- what a head is
      const alone = head.burst.not()
      const inWindow = head.address.slice(28, 4).all()
      const request = unpack(readRequest, head.data0)
      const isRead = head.mode.eq(known.read).and(alone).and(request.size.any())
      const isWrite = head.mode.eq(known.write)
      const lane = lowestLane(head.bsel)
      // The valid lanes of a single flit are a run.
      const run = head.bsel.shiftRight(lane)
      const isRun = run.any().and(run.and(run.addWrap(1)).any().not())
      const select = unpack(burstSelect, head.bsel)
      const announced = head.data0.truncate(13)
      const reversed = announced.eq(1).and(select.firstLaneInverted.extend(5).add(select.lastLane.extend(5)).lt(15))
      const hasBytes = mux(alone, isRun, announced.any().and(reversed.not()))
      const bytes = mux(alone, onesOf(head.bsel).extend(18), burstByteCount(announced, select))
      const inside = insideRange(options, head.address, bytes.extend(32))

      // A register write's lanes move to addr[2:0]; one that leaves the register is dropped (DEV-17).
      const moved = head.bsel.extend(16).shiftRight(lane).shiftLeft(head.address.truncate(3))
      const data = head.data0
        .extend(128)
        .shiftRight(cat(lane, literal(3, 0)))
        .shiftLeft(cat(head.address.truncate(3), literal(3, 0)))
      const registerRead = isRead.and(inWindow).and(request.size.eq(8))
      const registerWrite = isWrite.and(inWindow).and(alone).and(isRun).and(moved.slice(8, 8).any().not())
      const memoryRead = isRead.and(inWindow.not())
      const memoryWrite = isWrite.and(inWindow.not()).and(hasBytes)

      const asksRegister = wire(bit, 0)
      register.valid.drive(asksRegister)
      register.payload.drive({
        write: isWrite,
        address: head.address.truncate(28),
        enables: moved.truncate(8),
        data: data.truncate(64),
      })

      // --- reads
      const held = reg(struct({ source: nocId, address: uint(32), select: burstSelect }))
      const registerValue = reg(uint(64))
      const returnAddress = reg(uint(32))
      const answering = state.is('answer')
      const kindOf = (kind: 'memory' | 'register') => constant(memoryJob.fields.kind, kind)
      const queues = wire(bit, 0)
      job.valid.drive(queues)
      const readInside = insideRange(options, head.address, request.size)
      job.payload.drive({
        kind: mux(answering, kindOf('register'), mux(readInside, kindOf('memory'), 'refused')),
        source: {
          chip: mux(answering, held.source.chip, head.sourceChip),
          mod: mux(answering, held.source.mod, head.sourceMod),
        },
        address: head.address,
        size: request.size,
        returnAddress: mux(answering, returnAddress, request.returnAddress),
        value: registerValue,
      })

      // --- writes
      const aligner = instance(lineAligner, 'aligner')
      const feeds = wire(bit, 0)
      const inBurst = state.is('write')
      const first = reg(bit)
      const aborted = reg(bit)
      const stored = reg(uint(18))
      const linesLeft = reg(uint(13))
      // More lines than announced would leave the range that was checked.
      const stops = aborted.or(body.bsel.any().not()).or(linesLeft.any().not())
      const burstLanes = mux(stops, literal(16, 0), lanesOfBurstLine(first, body.burst.not(), held.select))
      const enables = mux(inBurst, burstLanes, head.bsel.extend(16))
      const isLast = mux(inBurst, body.burst.not(), literal(1, 1))
      aligner.from.valid.drive(feeds)
      aligner.from.payload.drive({
        first: mux(inBurst, first, literal(1, 1)),
        last: isLast,
        address: mux(inBurst, held.address, head.address),
        lane: mux(inBurst, literal(4, 15).subWrap(held.select.firstLaneInverted), lane),
        enables,
        data: mux(inBurst, cat(body.data1, body.data0), head.data0.extend(128)),
      })
      line.valid.drive(aligner.to.valid)
      line.payload.drive({ store: 1, lines: 0, ...aligner.to.payload })
      aligner.to.ready.drive(line.ready)

      const ends = wire(bit, 0)
      const refuses = wire(bit, 0)
      write.valid.drive(ends)
      const atHead = state.is('head')
      const total = mux(inBurst, stored, literal(18, 0)).addWrap(onesOf(enables).extend(18))
      write.payload.drive({
        refused: refuses,
        aborted: inBurst.and(stops),
        source: {
          chip: mux(atHead, head.sourceChip, held.source.chip),
          mod: mux(atHead, head.sourceMod, held.source.mod),
        },
        address: mux(atHead, head.address, held.address),
        bytes: mux(refuses, literal(18, 0), total),
      })

      const ready = wire(bit, 0)
      flit.ready.drive(ready)
      const drop = wire(dropEvent, { flits: 0, packet: 0 })
      dropped.drive(drop)
      const dropHead = (): void => {
        ready.drive(1)
        drop.drive({ flits: 1, packet: 1 })
        when(alone.not(), () => state.go('drop'))
      }

      state.match({
        head: () =>
          when(flit.valid, () => {
            held.next({ source, address: head.address, select })
            first.next(1)
            aborted.next(0)
            stored.next(0)
            linesLeft.next(announced)
            returnAddress.next(request.returnAddress)
            registerValue.next(registerData)
            const kinds = when(registerRead, () => {
              // Taken when it is read, not when the answer has room: a step does not come before its packet.
              asksRegister.drive(1)
              ready.drive(register.ready)
              when(register.ready, () => state.go('answer'))
            })
              .elseWhen(registerWrite, () => {
                asksRegister.drive(1)
                ready.drive(register.ready)
              })
              .elseWhen(memoryRead, () => {
                queues.drive(1)
                ready.drive(job.ready)
              })
              .elseWhen(memoryWrite.and(inside), () =>
                // Earlier reads come first (arrival order).
                when(loading.not(), () => {
                  when(alone, () => {
                    feeds.drive(write.ready)
                    ends.drive(aligner.from.ready)
                    ready.drive(aligner.from.ready.and(write.ready))
                  }).otherwise(() => {
                    ready.drive(1)
                    state.go('write')
                  })
                }),
              )
            const refused = (): void => {
              refuses.drive(1)
              when(alone, () => {
                ends.drive(1)
                ready.drive(write.ready)
              }).otherwise(() => {
                ready.drive(1)
                state.go('discard')
              })
            }
            if (options.acknowledged) kinds.elseWhen(memoryWrite, refused).otherwise(dropHead)
            else kinds.otherwise(dropHead)
          }),
        answer: () => {
          queues.drive(1)
          when(job.ready, () => state.go('head'))
        },
        write: () => {
          const room = isLast.not().or(write.ready)
          feeds.drive(flit.valid.and(room))
          ends.drive(flit.valid.and(isLast).and(aligner.from.ready))
          ready.drive(aligner.from.ready.and(room))
          when(flit.fire, () => {
            first.next(0)
            aborted.next(stops)
            stored.next(total)
            when(linesLeft.any(), () => linesLeft.next(linesLeft.subWrap(1)))
            when(isLast, () => state.go('head'))
          })
        },
        discard: () => {
          refuses.drive(1)
          ends.drive(flit.valid.and(body.burst.not()))
          ready.drive(body.burst.or(write.ready))
          when(flit.fire.and(body.burst.not()), () => state.go('head'))
        },
        drop: () => {
          ready.drive(1)
          when(flit.valid, () => {
            drop.drive({ flits: 1, packet: 0 })
            when(body.burst.not(), () => state.go('head'))
          })
        },
      })
    },
  )

/** How the range is called in names of modules. */
export const rangeName = ({ memoryBase, memoryBytes }: MemoryRange): string =>
  `${memoryBytes % 1024 === 0 ? `${memoryBytes / 1024}k` : memoryBytes}${memoryBase === 0 ? '' : `_at_${memoryBase.toString(16)}`}`
