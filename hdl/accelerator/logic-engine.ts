/** Moves the stream between local memory and the logic. */
import { bit, input, literal, module, mux, output, reg, states, stream, struct, uint, when } from '#edsl'
import { memoryRequest } from '#hdl/lib'
import { lineBytes, logicJob, resultLine, streamLine } from './interfaces.ts'

/**
 * Gives the lines of the data buffer to the logic, and puts what it makes of them behind each other at `output`.
 *
 * Ports: `job` in; `done` for a cycle with the bytes that were made; `clear` drops the job; `memory`, `granted`, `line` its turns
 * at local memory; `from`, `to`, `busy` of the logic unit.
 * Timing: two cycles per line when memory is free; a job ends when the logic has nothing left to give.
 */
export const logicEngine = (buffer: number, results: number) =>
  module(
    'logic_engine',
    {
      clear: input(bit),
      job: input(stream(logicJob)),
      done: output(struct({ valid: bit, bytes: uint(14) })),
      memory: output(memoryRequest),
      granted: input(bit),
      line: input(uint(128)),
      from: output(stream(streamLine)),
      to: input(stream(resultLine)),
      busy: input(bit),
    },
    ({ clear, job, done, memory, granted, line, from, to, busy }) => {
      const state = states('idle', 'load', 'give', 'hold', 'end', 'settle')
      const left = reg(uint(14), 0)
      const source = reg(uint(32), 0)
      const target = reg(uint(32), 0)
      const made = reg(uint(14), 0)
      const held = reg(uint(128))

      const storing = to.valid.and(state.is('idle').not())
      const loading = state.is('load').and(storing.not())
      const whole = left.ge(lineBytes)
      const bytes = mux(whole, literal(5, lineBytes), left.truncate(5))
      const more = left.gt(lineBytes)

      memory.drive({
        valid: storing.or(loading),
        store: storing,
        address: mux(storing, target, source),
        enables: literal(16, 0xffff).shiftRight(literal(5, lineBytes).subWrap(to.payload.bytes)),
        data: to.payload.data,
      })
      to.ready.drive(granted.and(storing))
      when(to.fire, () => {
        target.next(target.addWrap(lineBytes))
        made.next(made.addWrap(to.payload.bytes.extend(14)))
      })

      job.ready.drive(state.is('idle'))
      from.valid.drive(state.isIn('give', 'hold', 'end'))
      from.payload.drive({
        last: state.is('end'),
        bytes: mux(state.is('end'), literal(5, 0), bytes),
        data: mux(state.is('give'), line, held),
      })
      const ends = state.is('settle').and(busy.not()).and(to.valid.not())
      done.drive({ valid: ends, bytes: made })

      const given = () => {
        left.next(mux(more, left.subWrap(lineBytes), literal(14, 0)))
        source.next(source.addWrap(lineBytes))
        when(more, () => state.go('load')).otherwise(() => state.go('settle'))
      }
      state.match({
        idle: () =>
          when(job.fire, () => {
            left.next(job.payload.bytes)
            source.next(buffer)
            target.next(results)
            made.next(0)
            when(job.payload.end, () => state.go('end')).otherwise(() => state.go('load'))
          }),
        load: () => when(loading.and(granted), () => state.go('give')),
        // The line is there for this cycle; who takes the memory next may change it.
        give: () => {
          held.next(line)
          when(from.fire, given).otherwise(() => state.go('hold'))
        },
        hold: () => when(from.fire, given),
        end: () => when(from.fire, () => state.go('settle')),
        settle: () => when(ends, () => state.go('idle')),
      })
      when(clear, () => state.go('idle'))
    },
  )
