/** The register window of a router, module z = 3. Source: NoC section 10.9. */
import { registerMap } from './register-map.ts'
import { registerWindow } from './registers.ts'
import { array, bit, struct, uint } from './shape.ts'

/** What a router's window begins with: "NOC1", and the version. */
export const routerIdentity = Object.freeze({ magic: 0x4e4f_4331, version: 1 })

/** Register words of the counters of one interface, four counters of 16 bits each, lowest first. */
export const interfaceCounterWords = 3

/** Weights of a router: one per input and output, `16 * output + input`. */
export const weightRegister = (output: number, input: number): number => 16 * output + input

/**
 * All registers of a router. `writer` is a configuration writer, `other` everybody else. ERRORS is 0 for the window itself
 * (rejected writes, then dropped packets), behind it three words per module at the router: wrongMode, missingTarget,
 * emptyBurst, cutBurst; filledBurst, stoppedBurst, misdelivered, refused; drained. RATE is an addition: the rate limit of each
 * module at the router.
 */
export const routerRegisters = registerMap({
  name: 'router',
  wordBytes: 8,
  base: registerWindow,
  sides: ['writer', 'other'],
  registers: {
    ID: { at: 0x000, shape: struct({ version: uint(32), magic: uint(32) }), access: 'read', doc: 'What this is.' },
    SHAPE: {
      at: 0x008,
      shape: struct({
        arbitration: uint(8),
        pipeline: uint(8),
        depth: uint(8),
        vcsPerClass: uint(8),
        classes: uint(8),
        ports: uint(8),
      }),
      access: 'read',
      doc: 'How the router was generated.',
    },
    CONTROL: {
      at: 0x010,
      shape: struct({ clear: bit, run: bit }),
      access: { writer: 'read-write', other: 'read' },
      reset: 1n,
      doc: 'Bit 0: counters run. Bit 1: clears them all, reads 0.',
    },
    PORTS: {
      at: 0x018,
      shape: struct({ waiting: uint(16), holding: uint(16) }),
      access: 'read',
      doc: 'Outputs that hold a packet, inputs with a waiting flit.',
    },
    FLITS: { at: 0x100, shape: uint(48), access: 'read', count: 16, doc: 'Flits received at a port.' },
    WAITS: { at: 0x180, shape: uint(48), access: 'read', count: 16, doc: 'Cycles in which a flit waited at a port.' },
    CLASS_FLITS: { at: 0x200, shape: uint(48), access: 'read', count: 4, doc: 'Flits of a class.' },
    ERRORS: { at: 0x300, shape: array(uint(16), 4), access: 'read', count: 32, doc: 'Counters of errors.' },
    WEIGHT: {
      at: 0x400,
      shape: uint(8),
      access: { writer: 'read-write', other: 'read' },
      count: 256,
      doc: 'Weight of an input at an output; 0 counts as 1.',
    },
    RATE: {
      at: 0xc00,
      shape: struct({ burst: uint(12), flits: uint(9) }),
      access: { writer: 'read-write', other: 'read' },
      count: 16,
      doc: 'Rate limit of a module at the router: flits per 256 cycles, and flits at once.',
    },
  },
})
