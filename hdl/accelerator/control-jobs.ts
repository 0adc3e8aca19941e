/** Jobs for the commander, as the states of the control ask for them. */
import { type Bit, bit, reg, type Sink, type UInt, type ValueOf, when, wire } from '#edsl'
import { commanderJob, type commanderResult } from './interfaces.ts'

/**
 * One job at a time, and one state for each: a state says what it wants and what happens when the result is there. `idle` forgets
 * a job whose result nobody waits for any more.
 */
export const jobsOf = (job: Sink<typeof commanderJob>, result: ValueOf<typeof commanderResult>, enable: Bit) => {
  const issued = reg(bit, 0)
  const wanted = wire(commanderJob, {
    kind: 'peek',
    ep: 0,
    address: 0,
    offset: 0,
    local: 0,
    bytes: 0,
    label: 0,
    words: [0, 0, 0],
  })
  const wants = wire(bit, 0)
  job.payload.drive(wanted)
  job.valid.drive(wants.and(issued.not()).and(enable))
  when(job.fire, () => issued.next(1))

  const run = (then: () => void): void => {
    wants.drive(1)
    when(issued.and(result.valid), () => {
      issued.next(0)
      then()
    })
  }
  const fetch = (ep: number, then: () => void): void => {
    wanted.kind.drive('fetch')
    wanted.ep.drive(ep)
    run(then)
  }
  const about = (kind: 'reply' | 'acknowledge', ep: number, offset: UInt<32>): void => {
    wanted.kind.drive(kind)
    wanted.ep.drive(ep)
    wanted.offset.drive(offset.extend(33))
  }
  return {
    wanted,
    run,
    fetch,
    idle: () => issued.next(0),
    peek: (address: number, then: (value: UInt<64>) => void): void => {
      wanted.address.drive(address)
      run(() => then(result.value))
    },
    /** Answers with success and a window of `length` bytes from 0 on. */
    reply: (ep: number, offset: UInt<32>, length: UInt<32>, then: () => void): void => {
      about('reply', ep, offset)
      wanted.words.drive([0, 0, length.extend(64)])
      run(then)
    },
    acknowledge: (ep: number, offset: UInt<32>, then: () => void): void => {
      about('acknowledge', ep, offset)
      run(then)
    },
    /** Sends a request of the file protocol. */
    send: (ep: number, label: number, operation: number, argument: UInt<64>, then: () => void): void => {
      wanted.kind.drive('send')
      wanted.ep.drive(ep)
      wanted.label.drive(label)
      wanted.words.drive([operation, 0, argument])
      run(then)
    },
    /** Moves `bytes` bytes between `local` and `offset` of a memory endpoint. */
    transfer: (
      kind: 'read' | 'write',
      ep: number,
      where: { readonly local: UInt<32>; readonly offset: UInt<33>; readonly bytes: UInt<14> },
      then: () => void,
    ): void => {
      wanted.kind.drive(kind)
      wanted.ep.drive(ep)
      wanted.local.drive(where.local)
      wanted.offset.drive(where.offset)
      wanted.bytes.drive(where.bytes)
      run(then)
    },
    exit: (code: UInt<6>, then: () => void): void => {
      wanted.kind.drive('exit')
      wanted.words.drive([code.extend(64), 0, 0])
      run(then)
    },
  }
}
