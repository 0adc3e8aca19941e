/** Takes turns at the local memory. */
import {
  array,
  type Bit,
  bit,
  cat,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  probe,
  type ValueOf,
  wire,
  when,
} from '#edsl'
import { roundRobin } from '#hdl/lib'
import { memoryAccess, memoryUsers } from '#layout'
import { memoryRequest } from './interfaces.ts'

/** Who the users are, as lockstep names them: writes and messages both receive. */
const userNames = ['command', 'response', 'receive', 'receive', 'readData'] as const
const userCount = userNames.length

/**
 * Grants one of five users per cycle the local memory: data of the local command, answers to remote reads, incoming
 * writes, incoming messages, data of a read. Each is served after at most four others.
 *
 * Ports: `users` their requests, in that order; `granted` one bit each; `access` to the memory; nobody is served while `restart` is 1.
 * Timing: the grant comes in the same cycle; a load's line is there in the next.
 * Source: TCU interface 2.0.1, section 11.1; NDEV-17.
 */
export const memoryPort = module(
  'memory_port',
  {
    users: input(array(memoryRequest, userCount)),
    granted: output(array(bit, userCount)),
    access: output(memoryRequest),
    restart: input(bit),
  },
  ({ users, granted, access, restart }) => {
    const turn = instance(roundRobin(userCount))
    turn.request.drive(cat(...users.map((user) => user.valid.and(restart.not())).reverse()))
    turn.accepted.drive(1)
    granted.drive(users.map((_, index) => turn.grant.bit(index)))

    let chosen: ValueOf<typeof memoryRequest> = users[0]!
    for (let index = 1; index < userCount; index++) chosen = mux(turn.grant.bit(index), users[index]!, chosen)
    const any: Bit = turn.grant.any()
    access.drive({ ...chosen, valid: any })

    const user = wire(memoryUsers, 'command')
    userNames.forEach((name, index) => when(turn.grant.bit(index), () => user.drive(name)))
    probe('memory', any, memoryAccess, {
      user,
      store: chosen.store,
      address: chosen.address,
      enables: mux(chosen.store, chosen.enables, literal(16, 0)),
      data: mux(chosen.store, chosen.data, literal(128, 0)),
    })
  },
)
