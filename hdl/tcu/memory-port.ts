/** Takes turns at the local memory. */
import { array, type Bit, bit, cat, input, instance, literal, module, mux, output, probe, type ValueOf, wire, when } from '#edsl'
import { roundRobin } from '#hdl/lib'
import { memoryAccess, memoryUsers } from '#layout'
import { memoryRequest } from './interfaces.ts'

/**
 * Grants one of four users per cycle the local memory: data of the local command, answers to remote reads, incoming
 * packets, data of a read. Each is served after at most three others.
 *
 * Ports: `users` their requests, in that order; `granted` one bit each; `access` to the memory.
 * Timing: the grant comes in the same cycle; a load's line is there in the next.
 * Source: TCU interface 2.0.1, section 11.1; NDEV-17.
 */
export const memoryPort = module(
  'memory_port',
  { users: input(array(memoryRequest, 4)), granted: output(array(bit, 4)), access: output(memoryRequest) },
  ({ users, granted, access }) => {
    const turn = instance(roundRobin(4))
    turn.request.drive(cat(...users.map((user) => user.valid).reverse()))
    turn.accepted.drive(1)
    granted.drive(users.map((_, index) => turn.grant.bit(index)))

    let chosen: ValueOf<typeof memoryRequest> = users[0]!
    for (const index of [1, 2, 3]) chosen = mux(turn.grant.bit(index), users[index]!, chosen)
    const any: Bit = turn.grant.any()
    access.drive({ ...chosen, valid: any })

    const user = wire(memoryUsers, 'command')
    memoryUsers.cases.forEach((name, index) => when(turn.grant.bit(index), () => user.drive(name)))
    probe('memory', any, memoryAccess, {
      user,
      store: chosen.store,
      address: chosen.address,
      enables: mux(chosen.store, chosen.enables, literal(16, 0)),
      data: mux(chosen.store, chosen.data, literal(128, 0)),
    })

  },
)
