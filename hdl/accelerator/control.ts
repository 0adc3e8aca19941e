/** The protocol of a stream accelerator: side calls, files, neighbours. The commander and the logic do what it decides. */
import {
  type Bit,
  bit,
  constant,
  input,
  literal,
  module,
  mux,
  output,
  reg,
  states,
  stream,
  struct,
  uint,
  type UInt,
  when,
  wire,
} from '#edsl'
import {
  acceleratorEps as eps,
  acceleratorLabels as labels,
  command,
  endpointRegister,
  endpointTypes,
  errorCodes,
  memoryOffset,
  acceleratorMemory,
  opcodes,
  registers,
} from '#layout'
import { jobsOf } from './control-jobs.ts'
import { commanderJob, commanderResult, logicJob, phases, savedRequest, streamWindow } from './interfaces.ts'

/** Requests of the file protocol, side calls, and their operations. Services section 2.2, kernel section 3.8. */
const nextIn = 2
const nextOut = 3
const commitRequest = 4
const activityControl = 2
const starts = 0
const stops = 1
const shutdown = 12
const allOnes = (1n << 64n) - 1n
/** What the kernel is told when an answer was an error, or not an answer. Kernel section 5, EndOfFile. */
const badAnswer = 42

/** Looking for messages, serving them, and the steps of the stream. */
const stateNames = [
  ...(['off', 'settle', 'look', 'sideFetch', 'sideReply', 'sideDrop', 'sideDone', 'halted'] as const),
  ...(['messages', 'fetch', 'dispatch', 'drop', 'decide', 'answerIn', 'answerOut'] as const),
  ...(['read', 'compute', 'askIn', 'checkIn', 'askOut', 'checkOut', 'write'] as const),
  ...(['commit', 'dropIn', 'dropOut', 'exit'] as const),
]

/** What the protocol has to know of the tile. */
export interface ControlParameters {
  /** Bytes of the data buffer. */
  readonly bufferBytes: number
  /** Address of what the logic made. */
  readonly results: number
}

/**
 * Reads a stream from a file or a neighbour, has the logic work on it, writes what comes out to a file or a neighbour, and serves
 * the neighbours' requests and the kernel's side calls meanwhile.
 *
 * Ports: `enable` the core enable of the tile, the reset of all this; `job`, `result` of the commander; `logic`, `made` of the
 * engine; `clear` for a cycle when a stream begins.
 * Timing: looks for side calls and messages between any two of its own steps.
 * Source: services sections 6.7.2, 9 items 12 to 14; kernel section 3.8.
 */
export const acceleratorControl = ({ bufferBytes, results }: ControlParameters) =>
  module(
    `accelerator_control_${bufferBytes}`,
    {
      enable: input(bit),
      job: output(stream(commanderJob)),
      result: input(commanderResult),
      logic: output(stream(logicJob)),
      made: input(struct({ valid: bit, bytes: uint(14) })),
      clear: output(bit),
    },
    ({ enable, job, result, logic, made, clear }) => {
      const state = states(...stateNames)
      const phase = reg(phases, 'input')
      const working = reg(bit, 0)
      const source = reg(streamWindow)
      const target = reg(streamWindow)
      const inAvailable = reg(bit, 0)
      const outAvailable = reg(bit, 0)
      const reported = reg(bit, 0)
      const inRequest = reg(savedRequest)
      const outRequest = reg(savedRequest)
      const commitLength = reg(uint(32))
      const seenCommit = reg(bit, 0)
      const seenEnd = reg(bit, 0)
      const sourceGone = reg(bit, 0)
      const targetGone = reg(bit, 0)
      const exitCode = reg(uint(6), 0)
      const produced = reg(uint(14), 0)
      const sent = reg(uint(14), 0)
      const drained = reg(bit, 0)
      const sideCall = reg(uint(64), 0)
      const sideOperation = reg(uint(64), 0)
      const slot = reg(uint(32), 0)

      const { peek, fetch, reply, acknowledge, send, transfer, exit, idle } = jobsOf(job, result, enable)
      const good = result.error.eq(errorCodes.NONE)
      const isGone = result.error.in(errorCodes.NO_SEP, errorCodes.RECV_GONE)
      const isFull = result.error.eq(errorCodes.RECV_NO_SPACE)

      const logicWanted = wire(logicJob, { end: 0, bytes: 0 })
      logic.payload.drive(logicWanted)
      logic.valid.drive(state.is('compute'))
      const starting = wire(bit, 0)
      clear.drive(starting)

      // --- the message at hand
      const { message } = result
      const has = (words: number): Bit => message.length.ge(8 * words)
      const fits = (word: UInt<64>): Bit => word.slice(32, 32).any().not()
      const [first, second, third] = [message.words[0]!, message.words[1]!, message.words[2]!]
      /** No error, and a window in which all addresses have 32 bits. */
      const isWindow = has(3).and(first.any().not()).and(fits(second)).and(fits(third))

      const end = (code: UInt<6>) => {
        exitCode.next(code)
        phase.next('leave')
      }
      const failed = literal(6, badAnswer)
      const errorCode = result.error.extend(6)
      const least = (one: UInt<32>, other: UInt<32>): UInt<32> => mux(one.lt(other), one, other)
      const inLeft = source.length.subWrap(source.position)
      const readBytes = least(inLeft, literal(32, bufferBytes))
      const outLeft = target.length.subWrap(target.position)
      const writeBytes = least(produced.subWrap(sent).extend(32), outLeft)
      /** Data of a neighbour begin at the start of the buffer, which it got for this. */
      const isInBuffer = inAvailable
        .and(source.offset.eq(0))
        .and(source.position.eq(0))
        .and(source.length.le(bufferBytes))

      const begin = () => {
        working.next(1)
        phase.next('input')
        for (const each of [source, target]) each.next({ offset: 0, position: 0, length: 0 })
        for (const each of [inAvailable, outAvailable, reported, seenCommit, seenEnd, sourceGone, targetGone])
          each.next(0)
        for (const each of [inRequest, outRequest]) each.waits.next(0)
        exitCode.next(0)
        starting.drive(1)
      }

      /** A request of the predecessor or the successor is kept; one that comes too often is dropped. */
      const keep = (where: typeof inRequest) => {
        when(where.waits, () => state.go('drop')).otherwise(() => {
          where.next({ waits: 1, offset: slot })
          state.go('messages')
        })
      }

      const dispatch = () => {
        const { label } = message
        when(label.eq(labels.inRequest), () => keep(inRequest))
          .elseWhen(label.eq(labels.outRequest), () => {
            when(has(3).and(first.eq(commitRequest)).and(seenEnd.not()).and(seenCommit.not()), () => {
              seenCommit.next(1)
              when(phase.is('waitInput'), () => phase.next('input'))
              // Only bytes of a buffer that was given count, and only once.
              const counts = inAvailable.and(reported.not()).and(third.le(bufferBytes))
              commitLength.next(mux(counts, third.truncate(32), literal(32, 0)))
            })
            keep(outRequest)
          })
          .elseWhen(label.eq(labels.inReply).and(phase.is('waitInput')), () => {
            when(isWindow, () => {
              source.next({ offset: second.truncate(32), position: 0, length: third.truncate(32) })
              reported.next(1)
              when(third.eq(0), () => seenEnd.next(1))
              phase.next('input')
            }).otherwise(() => {
              exitCode.next(failed)
              seenEnd.next(1)
              phase.next('commit')
            })
            state.go('drop')
          })
          .elseWhen(label.eq(labels.outReply).and(phase.is('waitOutput')), () => {
            when(isWindow.and(third.any()), () => {
              target.next({ offset: second.truncate(32), position: 0, length: third.truncate(32) })
              phase.next('output')
            }).otherwise(() => end(failed))
            state.go('drop')
          })
          .otherwise(() => state.go('drop'))
      }

      const decide = () => {
        when(inRequest.waits.and(outAvailable), () => state.go('answerIn'))
          .elseWhen(outRequest.waits.and(inAvailable.not()), () => state.go('answerOut'))
          .otherwise(() =>
            phase.match({
              input: () => {
                when(inLeft.any(), () => state.go('read'))
                  .elseWhen(seenCommit.and(seenEnd.not()), () => {
                    source.next({ offset: 0, position: 0, length: commitLength })
                    seenEnd.next(1)
                  })
                  .elseWhen(seenEnd, () => {
                    phase.next('drain')
                    state.go('compute')
                  })
                  .elseWhen(sourceGone, () => end(literal(6, errorCodes.NO_SEP)))
                  .otherwise(() => state.go('askIn'))
              },
              waitInput: () =>
                when(sourceGone, () => end(literal(6, errorCodes.NO_SEP))).otherwise(() => state.go('checkIn')),
              logic: () => state.go('look'),
              drain: () => state.go('look'),
              output: () => {
                when(sent.eq(produced), () => {
                  when(inLeft.eq(0), () => inAvailable.next(0))
                  phase.next(mux(drained, constant(phases, 'commit'), constant(phases, 'input')))
                })
                  .elseWhen(outLeft.any(), () => state.go('write'))
                  .otherwise(() => state.go('askOut'))
              },
              waitOutput: () =>
                when(targetGone, () => end(literal(6, errorCodes.NO_SEP))).otherwise(() => state.go('checkOut')),
              commit: () => state.go('commit'),
              leave: () =>
                when(inRequest.waits, () => state.go('dropIn'))
                  .elseWhen(outRequest.waits, () => state.go('dropOut'))
                  .otherwise(() => state.go('exit')),
            }),
          )
      }

      when(starting, () => drained.next(0))
      when(made.valid, () => {
        produced.next(made.bytes)
        sent.next(0)
        when(phase.is('drain'), () => drained.next(1))
        when(phase.isIn('logic', 'drain'), () => phase.next('output'))
      })

      state.match({
        off: () => {
          working.next(0)
          idle()
          // The commander finishes what it had begun.
          when(enable.and(job.ready), () => state.go('settle'))
        },
        settle: () =>
          peek(registers.COMMAND, (value) =>
            when(value.truncate(command.fields.op.bits).eq(opcodes.idle), () => state.go('look')),
          ),
        look: () =>
          peek(endpointRegister(eps.sideCalls, 2), (value) =>
            when(value.slice(32, 32).any(), () => state.go('sideFetch')).elseWhen(working, () => state.go('messages')),
          ),
        sideFetch: () =>
          fetch(eps.sideCalls, () => {
            slot.next(message.offset)
            sideCall.next(first)
            sideOperation.next(third)
            when(good.and(message.found), () => state.go('sideReply')).otherwise(() => state.go('look'))
          }),
        sideReply: () =>
          reply(eps.sideCalls, slot, literal(32, 0), () =>
            when(good, () => state.go('sideDone')).otherwise(() => state.go('sideDrop')),
          ),
        sideDrop: () => acknowledge(eps.sideCalls, slot, () => state.go('sideDone')),
        sideDone: () => {
          state.go('look')
          when(sideCall.eq(shutdown), () => state.go('halted'))
          when(sideCall.eq(activityControl).and(sideOperation.eq(starts)), begin)
          when(sideCall.eq(activityControl).and(sideOperation.eq(stops)), () => working.next(0))
        },
        halted: () => working.next(0),
        messages: () =>
          peek(endpointRegister(eps.receive, 2), (value) =>
            when(value.slice(32, 32).any(), () => state.go('fetch')).otherwise(() => state.go('decide')),
          ),
        fetch: () =>
          fetch(eps.receive, () => {
            slot.next(message.offset)
            when(good.and(message.found), () => state.go('dispatch')).otherwise(() => state.go('decide'))
          }),
        dispatch,
        // The kernel first, so that whoever sends too much cannot keep its calls away.
        drop: () => acknowledge(eps.receive, slot, () => state.go('look')),
        decide,
        answerIn: () =>
          reply(eps.receive, inRequest.offset, target.length, () => {
            inRequest.waits.next(0)
            slot.next(inRequest.offset)
            when(good, () => {
              outAvailable.next(0)
              state.go('look')
            }).otherwise(() => state.go('drop'))
          }),
        answerOut: () =>
          reply(eps.receive, outRequest.offset, literal(32, bufferBytes), () => {
            outRequest.waits.next(0)
            slot.next(outRequest.offset)
            when(good, () => {
              inAvailable.next(1)
              reported.next(0)
              state.go('look')
            }).otherwise(() => state.go('drop'))
          }),
        read: () => {
          const local = literal(32, memoryOffset + acceleratorMemory.buffer)
          const where = { local, offset: source.offset.add(source.position), bytes: readBytes.truncate(14) }
          transfer('read', eps.inMemory, where, () => {
            const inBuffer = result.error.eq(errorCodes.NO_MEP).and(isInBuffer)
            when(good.or(inBuffer), () => {
              phase.next('logic')
              produced.next(readBytes.truncate(14))
              source.position.next(source.position.addWrap(readBytes))
              state.go('compute')
            }).otherwise(() => {
              end(errorCode)
              state.go('look')
            })
          })
        },
        compute: () => {
          logicWanted.drive({ end: phase.is('drain'), bytes: produced })
          when(logic.fire, () => state.go('look'))
        },
        askIn: () =>
          send(eps.inSend, labels.inReply, nextIn, literal(64, 0), () => {
            when(good, () => phase.next('waitInput'))
              .elseWhen(isGone, () => sourceGone.next(1))
              .elseWhen(isFull.not(), () => end(errorCode))
            state.go('look')
          }),
        checkIn: () =>
          peek(endpointRegister(eps.inSend, 0), (value) => {
            sourceGone.next(value.truncate(3).ne(endpointTypes.send))
            state.go('look')
          }),
        askOut: () =>
          send(eps.outSend, labels.outReply, nextOut, literal(64, 0), () => {
            when(good, () => phase.next('waitOutput')).elseWhen(isFull.not(), () => end(errorCode))
            state.go('look')
          }),
        checkOut: () =>
          peek(endpointRegister(eps.outSend, 0), (value) => {
            targetGone.next(value.truncate(3).ne(endpointTypes.send))
            state.go('look')
          }),
        write: () => {
          const local = sent.extend(32).addWrap(results)
          const where = { local, offset: target.offset.add(target.position), bytes: writeBytes.truncate(14) }
          transfer('write', eps.outMemory, where, () => {
            when(good, () => {
              sent.next(sent.addWrap(writeBytes.truncate(14)))
              target.position.next(target.position.addWrap(writeBytes))
              // A full buffer of the successor is its to have, also when more is to be written.
              when(writeBytes.eq(outLeft), () => outAvailable.next(1))
            }).otherwise(() => end(errorCode))
            state.go('look')
          })
        },
        commit: () =>
          send(
            eps.outSend,
            labels.outReply,
            commitRequest,
            mux(target.position.eq(0), literal(64, allOnes), target.position.extend(64)),
            () => {
              when(isFull.not(), () => {
                when(exitCode.eq(0), () => exitCode.next(errorCode))
                phase.next('leave')
              })
              state.go('look')
            },
          ),
        dropIn: () =>
          acknowledge(eps.receive, inRequest.offset, () => {
            inRequest.waits.next(0)
            state.go('decide')
          }),
        dropOut: () =>
          acknowledge(eps.receive, outRequest.offset, () => {
            outRequest.waits.next(0)
            state.go('decide')
          }),
        exit: () =>
          exit(exitCode, () => {
            working.next(0)
            state.go('look')
          }),
      })
      when(enable.not(), () => state.go('off'))
    },
  )
