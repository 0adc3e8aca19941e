/** RV32I in plain numbers: an assembler for random programs, and an interpreter that says what they do. */

const mask = (value: number, bits: number): number => value & (2 ** bits - 1)

const rType = (funct7: number, rs2: number, rs1: number, funct3: number, rd: number, opcode: number): number =>
  ((funct7 << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | opcode) >>> 0

const iType = (immediate: number, rs1: number, funct3: number, rd: number, opcode: number): number =>
  ((mask(immediate, 12) << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | opcode) >>> 0

/** Instructions as words. Offsets and immediates are numbers with a sign, offsets in bytes. */
export const assemble = {
  /** `funct3` 0 to 7; `alternative` makes a subtraction of an addition, and an arithmetic shift to the right. */
  register: (funct3: number, alternative: boolean, rd: number, rs1: number, rs2: number) =>
    rType(alternative && (funct3 === 0 || funct3 === 5) ? 0x20 : 0, rs2, rs1, funct3, rd, 0x33),
  immediate: (funct3: number, alternative: boolean, rd: number, rs1: number, value: number) =>
    funct3 === 1 || funct3 === 5
      ? rType(alternative && funct3 === 5 ? 0x20 : 0, mask(value, 5), rs1, funct3, rd, 0x13)
      : iType(value, rs1, funct3, rd, 0x13),
  load: (rd: number, rs1: number, offset: number) => iType(offset, rs1, 2, rd, 0x03),
  store: (rs2: number, rs1: number, offset: number) => rType(mask(offset, 12) >> 5, rs2, rs1, 2, mask(offset, 5), 0x23),
  loadUpper: (rd: number, upper: number) => ((upper << 12) | (rd << 7) | 0x37) >>> 0,
  addPc: (rd: number, upper: number) => ((upper << 12) | (rd << 7) | 0x17) >>> 0,
  branch: (funct3: number, rs1: number, rs2: number, offset: number) =>
    rType(
      (mask(offset >> 12, 1) << 6) | mask(offset >> 5, 6),
      rs2,
      rs1,
      funct3,
      (mask(offset >> 1, 4) << 1) | mask(offset >> 11, 1),
      0x63,
    ),
  jump: (rd: number, offset: number) =>
    ((mask(offset >> 20, 1) << 31) |
      (mask(offset >> 1, 10) << 21) |
      (mask(offset >> 11, 1) << 20) |
      (mask(offset >> 12, 8) << 12) |
      (rd << 7) |
      0x6f) >>>
    0,
  jumpRegister: (rd: number, rs1: number, offset: number) => iType(offset, rs1, 0, rd, 0x67),
  system: () => 0x73,
}

export interface Machine {
  readonly registers: readonly number[]
  readonly data: readonly number[]
  readonly stores: readonly { readonly address: number; readonly data: number }[]
  /** False when the program did not come to its end in so many steps. */
  readonly ended: boolean
}

/** Runs a program for at most `steps` instructions. */
export const interpret = (program: readonly number[], dataWords: number, steps: number): Machine => {
  const registers = Array.from({ length: 32 }, () => 0)
  const data = Array.from({ length: dataWords }, () => 0)
  const stores: { address: number; data: number }[] = []
  const at = (index: number): number => registers[index] as number
  const words = 2 ** Math.max(1, Math.ceil(Math.log2(program.length)))
  let pc = 0
  for (let step = 0; step < steps; step++) {
    const word = program[(pc >>> 2) % words] ?? 0
    const signedWord = word | 0
    const rd = mask(word >>> 7, 5)
    const funct3 = mask(word >>> 12, 3)
    const left = at(mask(word >>> 15, 5))
    const right = at(mask(word >>> 20, 5))
    const immediate = signedWord >> 20
    const alternative = mask(word >>> 30, 1) === 1
    const set = (value: number) => {
      if (rd !== 0) registers[rd] = value >>> 0
    }
    let next = pc + 4
    switch (mask(word, 7)) {
      case 0x33:
        set(compute(funct3, alternative, left, right))
        break
      case 0x13:
        set(compute(funct3, alternative && funct3 === 5, left, immediate >>> 0))
        break
      case 0x03:
        set(data[((left + immediate) >>> 2) % dataWords] as number)
        break
      case 0x23: {
        const address = (left + ((signedWord >> 25) * 32 + rd)) >>> 0
        data[(address >>> 2) % dataWords] = right
        stores.push({ address, data: right })
        break
      }
      case 0x37:
        set(word & 0xffff_f000)
        break
      case 0x17:
        set(pc + (word & 0xffff_f000))
        break
      case 0x63:
        if (holds(funct3, left, right))
          next = pc + ((signedWord >> 31) * 4096 + mask(word >>> 7, 1) * 2048 + mask(word >>> 25, 6) * 32 + (rd & 0x1e))
        break
      case 0x6f:
        set(next)
        next =
          pc +
          ((signedWord >> 31) * 2 ** 20 +
            mask(word >>> 12, 8) * 4096 +
            mask(word >>> 20, 1) * 2048 +
            mask(word >>> 21, 10) * 2)
        break
      case 0x67:
        set(next)
        next = (left + immediate) & ~1
        break
      case 0x73:
        return { registers, data, stores, ended: true }
    }
    pc = next >>> 0
  }
  return { registers, data, stores, ended: false }
}

const compute = (funct3: number, alternative: boolean, left: number, right: number): number => {
  const amount = right & 31
  switch (funct3) {
    case 0:
      return alternative ? left - right : left + right
    case 1:
      return left << amount
    case 2:
      return (left | 0) < (right | 0) ? 1 : 0
    case 3:
      return left < right ? 1 : 0
    case 4:
      return left ^ right
    case 5:
      return alternative ? (left | 0) >> amount : left >>> amount
    case 6:
      return left | right
    default:
      return left & right
  }
}

const holds = (funct3: number, left: number, right: number): boolean => {
  const held = funct3 < 2 ? left === right : funct3 < 6 ? (left | 0) < (right | 0) : left < right
  return held !== (funct3 % 2 === 1)
}
