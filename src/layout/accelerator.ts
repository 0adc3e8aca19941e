/**
 * Numbers of stream accelerators, which the hardware, the golden model and the programs that set them up share.
 * Source: services section 6.7.1.
 */

/** What an accelerator computes. */
export const acceleratorLogics = Object.freeze(['copy', 'rot13', 'sha3', 'fft'] as const)
export type AcceleratorLogic = (typeof acceleratorLogics)[number]

/** ISA codes of TILE_DESC: 5 and 6 are those of kernel section 1.3, the others follow behind the codes that it lists. */
export const acceleratorIsas: Readonly<Record<AcceleratorLogic, number>> = Object.freeze({
  copy: 5,
  rot13: 6,
  sha3: 10,
  fft: 11,
})

/** Endpoints: those for side calls and system calls of every activity, and its own. */
export const acceleratorEps = Object.freeze({
  sideCalls: 6,
  systemCall: 8,
  systemCallReply: 9,
  inSend: 16,
  inMemory: 17,
  outSend: 18,
  outMemory: 19,
  /** Has a reply endpoint behind it for each of its slots. */
  receive: 20,
})

/** Slots of the receive endpoint, and the orders of one slot and of the whole buffer. */
export const acceleratorSlots = Object.freeze({ count: 4, slotOrder: 6, order: 8 })

/** Labels: requests carry those of the neighbours' send gates, replies those that the accelerator sent along. */
export const acceleratorLabels = Object.freeze({ inRequest: 1, inReply: 2, outRequest: 3, outReply: 4 })

/** Bytes of the data buffer: the usual number, and the most. */
export const acceleratorBufferBytes = Object.freeze({ usual: 4096, most: 8192 })

/** Offsets in the local memory. The receive buffer ends with the memory. */
export const acceleratorMemory = Object.freeze({
  systemCall: 0x2000,
  sideCalls: 0x2040,
  buffer: 0x8000,
  /** From the end of the memory. */
  receive: 0x100,
  /** Bytes behind the data buffer for a message, in front of what the logic made of the data. */
  message: 0x40,
})

/** Least memory of an accelerator tile in bytes: what lies behind the data buffer ends below the standard receive buffers. */
export const acceleratorLeastBytes = 128 * 1024

/** Points of a block of the FFT, each of 4 bytes: real and imaginary part, 16 bits with sign, little endian. */
export const fftPoints = 64
