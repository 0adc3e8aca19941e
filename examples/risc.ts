/** A processor for RV32I, the base instructions of RISC-V, without accesses to bytes and halves of words. */
import { bitsFor, bit, memory, module, mux, output, reg, struct, uint, type UInt, unpack, when, wire } from '#edsl'
import { compute, fields, immediates } from './risc-instructions.ts'

export interface ProcessorOptions {
  /** Instructions from address 0 on. */
  readonly program: readonly number[]
  /** Words of data from address 0 on, a power of two; addresses go round. */
  readonly dataWords: number
}

/**
 * Runs a program from memories of its own until `ecall` or `ebreak`; an instruction that it does not know does nothing.
 *
 * Ports: `store` what is stored, for devices; `halted` 1 after the end.
 * Timing: four stages: fetch, read, execute, write. An instruction per cycle; after a jump or a branch that is taken the two
 * behind it are dropped. Each memory is read in a cycle of its own, so that block RAM holds all of them.
 */
export const processor = ({ program, dataWords }: ProcessorOptions) =>
  module(
    'processor',
    { store: output(struct({ valid: bit, address: uint(32), data: uint(32) })), halted: output(bit) },
    ({ store, halted }) => {
      const addressBits = bitsFor(program.length - 1)
      const instructions = memory(uint(32), 2 ** addressBits, { read: 'next', contents: program })
      const registers = memory(uint(32), 32, { read: 'next', during: 'new', initial: 0 })
      const data = memory(uint(32), dataWords, { read: 'next', initial: 0 })

      // fetch
      const pc = reg(uint(32), 0)
      const word = instructions.read(pc.slice(2, addressBits))
      // read
      const reads = reg(bit, 0)
      const readPc = reg(uint(32))
      const { rs1, rs2 } = unpack(fields, word)
      const rs1Word = registers.read(rs1)
      const rs2Word = registers.read(rs2)
      // execute
      const executes = reg(bit, 0)
      const executePc = reg(uint(32))
      const instruction = reg(uint(32))
      // write
      const writes = reg(bit, 0)
      const isLoad = reg(bit)
      const target = reg(uint(5))
      const result = reg(uint(32))
      const ended = reg(bit, 0)

      const now = unpack(fields, instruction)
      const kind = now.opcode
      const immediate = immediates(instruction)
      // What the stage before the registers is about to write is newer than what they showed.
      const loaded = wire(uint(32))
      const written = mux(isLoad, loaded, result)
      const newest = (index: UInt<5>, stored: UInt<32>) => mux(writes.and(target.eq(index)), written, stored)
      const left = newest(now.rs1, rs1Word).named('left')
      const rs2Now = newest(now.rs2, rs2Word)
      const right = mux(kind.isIn('register', 'branch'), rs2Now, immediate.i).named('right')

      const alternative = now.funct7.bit(5)
      const { result: computed, holds } = compute(left, right, {
        funct3: now.funct3,
        subtracts: kind.is('register').and(alternative),
        isArithmetic: alternative,
      })

      const address = left.addWrap(mux(kind.is('store'), immediate.s, immediate.i)).named('address')
      const jumps = executes.and(kind.isIn('jump', 'jumpRegister').or(kind.is('branch').and(holds)))
      const ends = executes.and(kind.is('system'))
      const dropped = jumps.or(ends).or(ended)

      loaded.drive(data.read(address.slice(2, Math.log2(dataWords))))
      store.drive({ valid: executes.and(kind.is('store')), address, data: rs2Now })
      when(store.valid, () => data.write(address.slice(2, Math.log2(dataWords)), rs2Now))
      halted.drive(ended)
      ended.next(ended.or(ends))

      const offset = mux(kind.is('jump'), immediate.j, mux(kind.is('branch'), immediate.b, immediate.u))
      const relative = executePc.addWrap(offset).named('relative')
      pc.next(mux(jumps, mux(kind.is('jumpRegister'), address.and(0xffff_fffe), relative), pc.addWrap(4)))
      reads.next(dropped.not())
      readPc.next(pc)
      executes.next(reads.and(dropped.not()))
      executePc.next(readPc)
      instruction.next(word)

      writes.next(executes.and(now.rd.ne(0)).and(kind.isIn('store', 'branch', 'system').not()))
      target.next(now.rd)
      isLoad.next(kind.is('load'))
      result.next(computed)
      when(kind.is('loadUpper'), () => result.next(immediate.u))
      when(kind.is('addPc'), () => result.next(relative))
      when(kind.isIn('jump', 'jumpRegister'), () => result.next(executePc.addWrap(4)))
      when(writes, () => registers.write(target, written))
    },
  )

/** Adds 1, 2, 3 ... and stores each sum. */
export const sums = processor({ program: [0x0010_8093, 0x0011_0133, 0x0020_2023, 0xff5f_f06f], dataWords: 256 })
