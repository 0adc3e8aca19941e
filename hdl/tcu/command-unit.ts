/** The unprivileged commands: SEND, REPLY, READ, WRITE, FETCH_MSG, ACK_MSG. */
import {
  allow,
  assert,
  bit,
  cat,
  constant,
  input,
  literal,
  module,
  mux,
  output,
  pack,
  probe,
  reg,
  states,
  stream,
  struct,
  uint,
  type UInt,
  unpack,
  when,
  wire,
} from '#edsl'
import { asMemory, asReceive, asSend, endpointBits, invalidated, isType, replyRange } from '#hdl/endpoints'
import {
  commit,
  errorCodes,
  headFlit,
  messageHeader01,
  messageHeader23,
  modes,
  nocId,
  noEndpoint,
  opcodes,
  readRequest,
  receiveWord2,
  registerWindow,
  sendWord0,
  smallestMessageOrder,
  unlimitedCredits,
  flitBits,
} from '#layout'
import { builtWith } from './choice.ts'
import { cutWrite } from './cut-write.ts'
import {
  acknowledgeError,
  type CheckInputs,
  fetchError,
  localAddress,
  localBuffer,
  replyError,
  sendError,
  slotOf,
  transferError,
} from './command-checks.ts'
import { fetchedMessage } from './fetched-message.ts'
import {
  answer,
  commandArguments,
  commandEnd,
  endpointRequest,
  endpointWords,
  expectation,
  noRequest,
  sendJob,
  tcuName,
  type TcuParameters,
} from './interfaces.ts'

/**
 * Runs one unprivileged command at a time. Its checks and its changes of endpoints are one atomic step: the turn at the
 * endpoints is held from the first read to the last write. Transfers and messages go to the packet sender at the end of it, and
 * the command ends when the answers are complete.
 *
 * Ports: `arguments` the running command; `endpoints` its turn, `granted`, `words`; `job` to the packet sender, `request`
 * the flit of a READ; `expects` what the response receiver shall look for, `answer` what came; `deferredCredit` a credit that
 * the receiver returned too early (R-ORDER-1); `packetLeaves`, `cutShort` of the packet sender.
 * Timing: the turn takes 2 cycles, 3 for SEND and for ACK_MSG with replies, 4 for REPLY, with a translation one more for messages
 * and two for transfers; a command without packets ends with it.
 * The first flit leaves in the cycle after it. A command with packets ends with its last turn, in the first cycle in which its
 * answers are complete.
 * Source: TCU interface 2.0.1, section 4; NoC section 2.9.
 */
export const commandUnit = (parameters: TcuParameters) =>
  module(
    `command_unit_${tcuName(parameters)}`,
    {
      own: input(nocId),
      time: input(uint(64)),
      arguments: input(commandArguments),
      endpoints: output(endpointRequest),
      granted: input(bit),
      words: input(endpointWords),
      end: output(commandEnd),
      job: output(stream(sendJob)),
      senderBusy: input(bit),
      packetLeaves: input(bit),
      cutShort: input(bit),
      request: output(stream(uint(flitBits))),
      expects: output(expectation),
      answer: input(answer),
      sending: output(struct({ active: bit, ep: uint(16) })),
      deferCredit: input(bit),
      restart: input(bit),
    },
    (ports) => {
      const { granted, words } = ports
      const { op, ep, arg0, dataAddress, dataSize, arg1, privileges } = ports.arguments
      const { endpoints, contextSwitching, virtualMemory, privileged } = builtWith(parameters)
      if (!privileged) {
        allow('HDL-0305', 'nothing is cut short without ABORT_CMD', ports.packetLeaves)
        allow('HDL-0305', 'nothing is cut short without ABORT_CMD', ports.cutShort)
      }
      const state = states('idle', 'second', 'decide', 'release', 'ask', 'wait')
      const isOp = (name: keyof typeof opcodes) => op.eq(opcodes[name])

      const ours = reg(endpointWords)
      const others = reg(endpointWords)
      const deferred = reg(bit, 0)

      // What follows from the arguments alone is there when the endpoint is.
      const end = reg(uint(65))
      end.next(arg1.add(dataSize))
      const local = { window: reg(bit), outside: reg(bit) }
      const translated = localAddress({ dataAddress, privileges }, parameters)
      const buffer = localBuffer(translated, dataSize, parameters)
      local.window.next(buffer.window)
      local.outside.next(buffer.outside)
      const inputs: CheckInputs = { ep, arg0, dataAddress, dataSize, end, local, words: ours, others, privileges }
      const receive = asReceive(ours)
      const send = asSend(ours)
      const region = asMemory(ours)
      const reply = asSend(others)
      const replies = replyRange(receive, endpoints)
      const slot = slotOf(inputs)
      const slotBit = literal(32, 1).shiftLeft(slot)
      const replyEp = receive.replyEps.addWrap(slot.truncate(16)).truncate(endpointBits)
      const isTransfer = isOp('read').or(isOp('write'))

      // The TLB is asked with the first turn; what follows from its answer is there three cycles later, and the address stays.
      const awaitsTlb = privileges.translates.and(isOp('send').or(isOp('reply')).or(isTransfer))
      const lookup = virtualMemory ? { asked: reg(bit, 0), address: reg(uint(32)) } : undefined
      const destination = lookup?.address ?? translated
      const afterSecond = (): void => {
        if (lookup === undefined) return state.go('decide')
        lookup.asked.next(1)
        when(awaitsTlb.not().or(lookup.asked), () => state.go('decide'))
      }

      const sendResult = sendError(inputs, parameters)
      const replyResult = replyError(inputs, parameters)
      const readResult = transferError(inputs, parameters, 'read')
      const writeResult = transferError(inputs, parameters, 'write')
      const fetchResult = fetchError(inputs, parameters)
      const acknowledgeResult = acknowledgeError(inputs, parameters)
      const results = [
        [isOp('send'), sendResult],
        [isOp('reply'), replyResult],
        [isOp('read'), readResult],
        [isOp('write'), writeResult],
        [isOp('fetch'), fetchResult],
        [isOp('acknowledge'), acknowledgeResult],
      ] as const
      const error = results.reduceRight<UInt<5>>(
        (rest, [isThis, own]) => mux(isThis, own, rest),
        literal(5, errorCodes.UNKNOWN_CMD),
      )
      const fine = error.eq(errorCodes.NONE)

      const mine = contextSwitching ? privileges.byActivity.not().or(privileges.anyUnread) : literal(1, 1)
      const fetched = fetchedMessage(ours, mine)
      // REPLY and ACK_MSG: the slot is free again (sections 4.4 and 4.6, DEV-20).
      const freed = pack(receiveWord2, {
        occupied: receive.occupied.and(slotBit.not()),
        unread: receive.unread.and(slotBit.not()),
      })

      const frees = isOp('acknowledge').or(isOp('reply')).and(fine)
      const releases = frees.and(replies.enabled)
      const takesUnread = fine
        .and(isOp('fetch'))
        .and(fetched.found)
        .or(frees.and(receive.unread.and(slotBit).any()))
      const launches = fine.and(isOp('send').or(isOp('reply')).or(isTransfer.and(dataSize.any())))

      // --- the turn at the endpoints
      const turn = wire(endpointRequest, noRequest)
      ports.endpoints.drive(turn)
      const ends = wire(commandEnd, { valid: 0, error: 0, setsArg1: 0, arg1: 0 })
      ports.end.drive(ends)
      const checked = wire(bit, 0)
      const finished = wire(bit, 0)

      // --- outgoing
      const isMessage = isOp('send').or(isOp('reply'))
      const isReply = isOp('reply')
      const target = {
        chip: mux(isTransfer, region.chip, mux(isReply, reply.target.chip, send.target.chip)),
        mod: mux(isTransfer, region.tile, mux(isReply, reply.target.tile, send.target.tile)),
      }
      const remote = region.address.truncate(32).addWrap(arg1.truncate(32))
      const unlimited = send.credits.eq(unlimitedCredits)
      const wantedReply = arg0.truncate(16)
      const label = mux(isReply, reply.label, send.label)
      const header01 = pack(messageHeader01, {
        replyLabel: mux(isReply, literal(64, 0), arg1),
        replyEp: mux(isReply, reply.creditEp, wantedReply),
        senderEp: mux(isReply, ep, mux(unlimited, literal(16, noEndpoint), ep)),
        length: dataSize.truncate(13),
        chip: ports.own.chip,
        tile: ports.own.mod,
        replyOrder: mux(
          isReply,
          literal(4, 0),
          mux(wantedReply.eq(noEndpoint), literal(4, smallestMessageOrder), asReceive(others).slotOrder.truncate(4)),
        ),
        isReply,
      })
      const targetEp = mux(isReply, reply.target.ep, send.target.ep)
      ports.job.payload.drive({
        mode: mux(isMessage, literal(4, modes.TCU_MSG), literal(4, modes.WRITE_POSTED)),
        target,
        remote: mux(isMessage, cat(ports.time.truncate(16), targetEp), remote),
        local: translated,
        size: dataSize.truncate(32),
        message: isMessage,
        immediate: 0,
        header01,
        header23: pack(messageHeader23, { zero: 0, label }),
      })
      const sends = wire(bit, 0)
      ports.job.valid.drive(sends)
      ports.request.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: 0xff,
          sourceMod: ports.own.mod,
          sourceChip: ports.own.chip,
          targetMod: target.mod,
          targetChip: target.chip,
          mode: modes.READ_REQ,
          address: remote,
          data0: pack(readRequest, { size: dataSize.truncate(32), returnAddress: destination }),
        }),
      )
      ports.request.valid.drive(state.is('ask'))

      // --- what is expected back: nothing before the request has left
      const waits = state.is('wait')
      const toRegisters = isOp('write').and(remote.ge(registerWindow))
      const kind = wire(expectation.fields.kind, 'nothing')
      when(waits, () => {
        when(isMessage, () => kind.drive('messageAck'))
          .elseWhen(isOp('read'), () => kind.drive('readData'))
          .elseWhen(toRegisters.not(), () => kind.drive('writeAcks'))
      })
      ports.expects.drive({
        kind,
        target: { chip: target.chip, mod: target.mod },
        label: label.truncate(16),
        remote,
        local: destination,
        size: dataSize.truncate(32),
        discards: privileged ? privileges.aborts.and(isOp('read')) : literal(1, 0),
      })
      ports.sending.drive({
        active: isOp('send').and(unlimited.not()).and(waits),
        ep,
      })
      when(ports.deferCredit, () => deferred.next(1))

      const silent = reg(uint(32), 0)
      const progressed = reg(bit, 0)
      progressed.next(ports.answer.progress.or(ports.senderBusy))
      const timedOut = parameters.sendTimeoutCycles === 0 ? literal(1, 0) : silent.ge(parameters.sendTimeoutCycles)
      const complete = toRegisters.or(ports.answer.complete)
      const outcome = mux(toRegisters, literal(5, errorCodes.NONE), ports.answer.error)
      const cut = privileged ? cutWrite(ports, isOp('write'), toRegisters, waits.not()) : undefined
      const answered = cut === undefined ? complete : mux(cut.isCut, cut.complete, complete)
      const result = mux(
        answered,
        cut === undefined ? outcome : mux(cut.isCut, literal(5, errorCodes.ABORT), outcome),
        literal(5, errorCodes.TIMEOUT_NOC),
      )
      // The credit is taken from what the endpoint holds now (section 4.3, DEV-16).
      const now = unpack(sendWord0, words[0]!)
      const takes = isOp('send')
        .and(result.eq(errorCodes.NONE))
        .and(unlimited.not())
        .and(deferred.not())
        .and(isType(words, 'send'))
        .and(now.credits.ne(unlimitedCredits))
        .and(now.credits.any())

      state.match({
        idle: () => {
          deferred.next(0)
          // After TCU_RESET the sender may still have a packet to complete.
          turn.valid.drive(ports.arguments.running.and(ports.senderBusy.not()))
          turn.hold.drive(1)
          turn.ep.drive(ep.truncate(endpointBits))
          when(granted, () => {
            ours.next(words)
            lookup?.asked.next(0)
            when(lookup === undefined ? isMessage : isMessage.or(awaitsTlb), () => state.go('second')).otherwise(() =>
              state.go('decide'),
            )
          })
        },
        second: () => {
          turn.valid.drive(1)
          turn.hold.drive(1)
          turn.ep.drive(mux(isOp('send'), wantedReply.truncate(endpointBits), replyEp))
          others.next(words)
          afterSecond()
        },
        decide: () => {
          turn.valid.drive(1)
          turn.hold.drive(releases)
          turn.ep.drive(ep.truncate(endpointBits))
          turn.data.drive([fetched.word0, 0, mux(isOp('fetch'), fetched.word2, freed)])
          when(isOp('fetch').and(fine).and(fetched.found), () => turn.write.drive(0b101))
          when(frees, () => turn.write.drive(0b100))
          when(takesUnread, () => turn.unread.drive('taken'))
          lookup?.address.next(translated)
          checked.drive(releases.not())
          silent.next(0)
          when(releases, () => state.go('release'))
            .elseWhen(launches, () => {
              sends.drive(isOp('read').not())
              when(isOp('read'), () => state.go('ask')).otherwise(() => state.go('wait'))
            })
            .otherwise(() => {
              ends.drive({ valid: 1, error, setsArg1: isOp('fetch').and(fine), arg1: fetched.offset })
              state.go('idle')
            })
        },
        release: () => {
          turn.valid.drive(1)
          turn.ep.drive(replyEp)
          turn.write.drive(0b001)
          turn.data.drive([invalidated(words[0]!), 0, 0])
          checked.drive(1)
          sends.drive(isReply)
          when(isReply, () => state.go('wait')).otherwise(() => {
            ends.drive({ valid: 1, error: errorCodes.NONE, setsArg1: 0, arg1: 0 })
            state.go('idle')
          })
        },
        ask: () => when(ports.request.fire, () => state.go('wait')),
        wait: () => {
          when(ports.deferCredit, () => deferred.next(1))
          silent.next(mux(progressed, literal(32, 0), silent.addWrap(1)))
          turn.valid.drive(ports.senderBusy.not().and(answered.or(timedOut)))
          turn.ep.drive(ep.truncate(endpointBits))
          turn.data.drive([pack(sendWord0, { ...now, credits: now.credits.subWrap(1) }), 0, 0])
          turn.write.drive(mux(takes, literal(3, 1), literal(3, 0)))
          when(granted, () => {
            finished.drive(1)
            ends.drive({ valid: 1, error: result, setsArg1: 0, arg1: 0 })
            state.go('idle')
          })
        },
      })

      when(ports.restart, () => state.go('idle'))

      assert(sends.not().or(ports.job.ready), 'a job is given only when the sender has nothing to do')
      probe('commit', checked.or(finished), commit, {
        kind: mux(
          checked,
          constant(commit.fields.kind, 'commandChecked'),
          constant(commit.fields.kind, 'commandFinished'),
        ),
        error: mux(finished, result, error),
        ep: 0,
        address: 0,
        enables: 0,
        data: 0,
      })
    },
  )
