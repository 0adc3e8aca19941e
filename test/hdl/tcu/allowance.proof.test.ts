/** For all runs: what the command unit sends, the endpoint of its command allows. TCU sections 1.3 (P1, P2), 4.2, 4.3. */
import { expect, test } from 'vitest'
import { assert, bit, cover, elaborate, implies, input, instance, module, mux, reg, unpack, when } from '#edsl'
import { asMemory, asSend, isType } from '#hdl/endpoints'
import { headFlit, memoryPermissions, modes, opcodes } from '#layout'
import { prove } from '#sim/prove'
import { commandUnit } from '../../../hdl/tcu/command-unit.ts'
import { answer, commandArguments, endpointWords } from '../../../hdl/tcu/interfaces.ts'
import { linkedParameters } from './support/linked-tiles.ts'

/** A command unit with any command, any endpoint, and any other endpoint; whoever it asks answers when he likes. */
const allowance = () =>
  elaborate(
    module(
      'command_allowance',
      {
        free: input(commandArguments),
        ours: input(endpointWords),
        theirs: input(endpointWords),
        grants: input(bit),
        busy: input(bit),
        takes: input(bit),
        answers: input(answer),
        credit: input(bit),
        restarts: input(bit),
      },
      (free) => {
        const unit = instance(commandUnit(linkedParameters), 'unit')
        // Arguments are latched while a command runs.
        const running = reg(bit, 0)
        const held = reg(commandArguments)
        when(running.not().and(free.free.running), () => {
          running.next(1)
          held.next(free.free)
        })
        when(unit.end.valid.or(free.restarts), () => running.next(0))
        unit.arguments.drive({ ...held, running })
        const [ours, theirs] = [reg(endpointWords), reg(endpointWords)]
        when(running.not(), () => {
          ours.next(free.ours)
          theirs.next(free.theirs)
        })
        const own = unit.endpoints.ep.eq(held.ep.truncate(7))
        unit.words.drive(ours.map((word, index) => mux(own, word, theirs[index]!)))
        unit.own.drive({ chip: 0, mod: 1 })
        unit.time.drive(0)
        // A turn that is held is not taken away.
        const holds = reg(bit, 0)
        const granted = unit.endpoints.valid.and(free.grants.or(holds))
        holds.next(granted.and(unit.endpoints.hold))
        unit.granted.drive(granted)
        unit.job.ready.drive(1)
        unit.senderBusy.drive(free.busy)
        unit.packetLeaves.drive(0)
        unit.cutShort.drive(0)
        unit.request.ready.drive(free.takes)
        unit.answer.drive(free.answers)
        unit.deferCredit.drive(free.credit)
        unit.restart.drive(free.restarts)

        const job = unit.job.payload
        const isMode = (mode: number) => unit.job.fire.and(job.mode.eq(mode))
        const region = asMemory(ours)
        const send = asSend(ours)
        const may = (access: 'read' | 'write') =>
          held.ep.lt(128).and(isType(ours, 'memory')).and(region.permissions.and(memoryPermissions[access]).any())
        const asks = unpack(headFlit, unit.request.payload)
        const here = { chip: region.chip, mod: region.tile }
        assert(
          implies(
            isMode(modes.WRITE_POSTED),
            may('write').and(job.target.mod.eq(here.mod)).and(job.target.chip.eq(here.chip)),
          ),
          'data leave only to the target of a memory endpoint that may be written',
        )
        assert(
          implies(unit.request.valid, may('read').and(asks.targetMod.eq(here.mod)).and(asks.targetChip.eq(here.chip))),
          'a read request leaves only to the target of a memory endpoint that may be read',
        )
        const isSend = held.op.eq(opcodes.send)
        assert(
          implies(
            isMode(modes.TCU_MSG).and(isSend),
            held.ep
              .lt(128)
              .and(isType(ours, 'send'))
              .and(send.reply.not())
              .and(send.credits.any())
              .and(job.target.mod.eq(send.target.tile))
              .and(job.header23.slice(0, 64).eq(send.label)),
          ),
          'a message leaves only with a credit, to the target and with the label of a send endpoint',
        )
        assert(implies(unit.job.fire, running), 'nothing leaves without a command')
        cover(isMode(modes.WRITE_POSTED), 'a WRITE leaves')
        cover(isMode(modes.TCU_MSG).and(isSend), 'a message leaves')
        cover(unit.request.valid, 'a read request leaves')
      },
    ),
  )

test('the command unit sends only what the endpoint of its command allows (proved)', async () => {
  const { verdicts } = await prove(allowance(), {
    secondsPerProperty: 60,
    only: (sentence) => /leave/.test(sentence),
  })

  const open = verdicts.filter(({ verdict }) => verdict !== 'proved' && verdict !== 'reached')
  expect(open).toEqual([])
  expect(verdicts).toHaveLength(7)
}, 500_000)
