/** Faults in the registers and the turns at them. */
import { faultsOf, type Mutant } from './mutant.ts'

export const registerFaults: readonly Mutant[] = [
  ...faultsOf('hdl/tcu/external-command.ts', [
    [
      'force-ignored',
      'dropped check',
      'a forced INV_EP fails for missing credits',
      "exists.and(force.not()).and(isType(words, 'send'))",
      "exists.and(isType(words, 'send'))",
    ],
    [
      'credits-missing-allowed',
      'dropped check',
      'INV_EP takes away an endpoint whose credits are under way',
      'invalidates: known.and(exists).and(refused.not()),',
      'invalidates: known.and(exists),',
    ],
    [
      'unread-of-occupied',
      'wrong register',
      'INV_EP gives the occupied slots for the unread ones',
      'asReceive(words).unread.extend(55)',
      'asReceive(words).occupied.extend(55)',
    ],
    [
      'invalidate-alias',
      'width cut',
      'INV_EP uses the low bits of an endpoint id that is too large (DEV-1)',
      'const exists = ep.lt(endpoints)',
      'const exists = literal(1, 1)',
    ],
  ]),
  ...faultsOf('hdl/tcu/command-registers.ts', [
    [
      'command-restarts',
      'missing interlock',
      'a write of COMMAND replaces the command that runs',
      '.and(startsCommand(access)).and(running.not())',
      '.and(startsCommand(access))',
    ],
    [
      'arguments-not-kept',
      'stale state',
      'a command sees arguments that were written after its start',
      'const { dataAddress: address, dataSize: size, arg1: argument } = latched',
      'const { address, size, argument } = { address: dataAddress, size: dataSize, argument: arg1 }',
    ],
    [
      'result-lost',
      'lost update',
      'FETCH_MSG leaves ARG1 as it is',
      'when(end.setsArg1, () => arg1.next(end.arg1))',
      'when(end.setsArg1, () => arg1.next(arg1))',
    ],
  ]),
  ...faultsOf('hdl/tcu/window.ts', [
    [
      'upper-half-starts',
      'dropped check',
      'a write of the upper half of COMMAND starts it',
      'enables.in(0xff, 0x0f)',
      'enables.in(0xff, 0x0f, 0xf0)',
    ],
  ]),
  ...faultsOf('hdl/tcu/endpoint-window.ts', [
    [
      'kernel-refused',
      'dropped check',
      'the core of a kernel tile cannot write endpoints',
      'EP.writes.or(EP.selected.and(kernelWrites))',
      'EP.writes',
    ],
  ]),
  ...faultsOf('hdl/tcu/turns.ts', [
    [
      'turn-not-kept',
      'missing interlock',
      'who holds its turn does not have the next one',
      'mux(held.any(), held.and(wanted), turn.grant)',
      'turn.grant',
    ],
  ]),
  ...faultsOf('hdl/tcu/current-time.ts', [
    ['time-runs-fast', 'off by one', 'the time is a little fast', 'addWrap(perCycle)', 'addWrap(perCycle + 1n)'],
  ]),
]
