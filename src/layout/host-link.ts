/** What a host and the host bridge send each other, and the registers of the host tile. Source: NoC sections 2.10, 8.3, 8.4. */
import { registerMap } from './register-map.ts'
import { registerWindow } from './registers.ts'
import { bit, struct, uint } from './shape.ts'

/** First byte of a frame. Raw streams begin with 0 to 3. */
export const frameTypes = Object.freeze({ data: 0xa0, acknowledgement: 0xa1, hello: 0xa2, helloAnswer: 0xa3 } as const)

/** Bytes of a flit on a link to a host: 138 bits, right-aligned, the most significant byte first. */
export const flitBytes = 18

/** Lengths of the parts of a frame in bytes: header, contents of a hello and of its answer, CRC. */
export const frameBytes = Object.freeze({ header: 6, hello: 16, check: 4 } as const)

/** Flits that a frame carries at most. */
export const frameFlits = 80

/** Data frames that are on their way without acknowledgement at most. */
export const frameOutstanding = 8

/** Flits per unit of a frame's window. */
export const windowUnit = 4

/** Times that a frame is sent again without an answer, after which the link is down. */
export const frameResends = 16

/** Version of the protocol that a hello names. */
export const hostLinkVersion = 1

/** LINK: `version` of the protocol, and whether the link is up. */
export const hostLinkState = struct({ version: uint(8), reserved: uint(7), up: bit })

const counter = (at: number, doc: string) => ({ at, shape: uint(64), access: 'read', doc }) as const

/** The registers of the host tile, at the bridge's own id. NoC section 8.4. */
export const hostRegisters = registerMap({
  name: 'host',
  wordBytes: 8,
  base: registerWindow,
  sides: ['network'],
  registers: {
    RESTART: { at: 0x3028, shape: bit, access: 'write', doc: 'Writing 1 restarts the chip.' },
    LINK: { at: 0x3100, shape: hostLinkState, access: 'read', doc: 'Whether the link is up, and its version.' },
    FRAMES: counter(0x3108, 'Frames, or raw datagrams, that came without a fault.'),
    DROP_CRC: counter(0x3110, 'Frames dropped: the CRC is wrong.'),
    DROP_SEQUENCE: counter(0x3118, 'Data frames dropped: not the expected one, or no room.'),
    DROP_LENGTH: counter(0x3120, 'Frames dropped: a wrong length or type.'),
    RESENT: counter(0x3128, 'Data frames sent again.'),
    FLITS_IN: counter(0x3130, 'Flits from the host into the network.'),
    FLITS_OUT: counter(0x3138, 'Flits from the network to the host.'),
    INCOMPLETE: counter(0x3140, 'Packets of the host discarded: they did not come to their end.'),
    INVALID: counter(0x3148, 'Packets discarded: a wrong mode, length or target.'),
    LINK_DOWN: counter(0x3150, 'Packets to the host discarded: the link is down, or its buffer was full too long.'),
  },
})
