/** Writes WebAssembly modules: the part of the binary format that the engine uses. Source: WebAssembly Core Specification 2.0, chapter 5. */

/** Bytes and parts that are bytes; labels become depths when the whole is written. */
export type Code = number | readonly Code[] | Labelled | Branch

/** A `block` or `loop` that branches name, or an `if`, which none names. */
interface Labelled {
  readonly label: string | undefined
  readonly opening: readonly number[]
  readonly parts: readonly Code[]
}

interface Branch {
  readonly to: string
  readonly opcode: number
}

export type WasmType = 'i32' | 'i64'

const typeCodes = { i32: 0x7f, i64: 0x7e } as const
const noResult = 0x40

/** Unsigned LEB128. */
const unsigned = (value: number): readonly number[] => {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 128 : low)
  } while (rest > 0)
  return bytes
}

/** Signed LEB128. */
const signed = (value: bigint): readonly number[] => {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const low = Number(rest & 127n)
    rest >>= 7n
    const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64)
    bytes.push(isLast ? low : low | 128)
    if (isLast) return bytes
  }
}

const signedSmall = (value: number): readonly number[] => {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 127
    rest >>= 7
    const isLast = (rest === 0 && low < 64) || (rest === -1 && low >= 64)
    bytes.push(isLast ? low : low | 128)
    if (isLast) return bytes
  }
}

/** Instructions on words of one size. Their operands come before them, as expressions. */
const instructionsOf = (size: 32 | 64, opcodes: Opcodes, constant: (value: number | bigint) => Code) => {
  const binary =
    (opcode: number) =>
    (a: Code, b: Code): Code => [a, b, opcode]
  const unary =
    (opcode: number) =>
    (a: Code): Code => [a, opcode]
  const align = size === 32 ? 2 : 3
  const { load, store, eqz, compare, popcnt } = opcodes
  return Object.freeze({
    const: constant,
    /** From `offset` bytes behind the address. */
    load: (offset: number, address: Code): Code => [address, load, align, ...unsigned(offset)],
    store: (offset: number, address: Code, value: Code): Code => [address, value, store, align, ...unsigned(offset)],
    eqz: unary(eqz),
    eq: binary(compare),
    ne: binary(compare + 1),
    ltSigned: binary(compare + 2),
    lt: binary(compare + 3),
    gt: binary(compare + 5),
    leSigned: binary(compare + 6),
    le: binary(compare + 7),
    ge: binary(compare + 9),
    popcnt: unary(popcnt),
    add: binary(popcnt + 1),
    sub: binary(popcnt + 2),
    mul: binary(popcnt + 3),
    and: binary(popcnt + 8),
    or: binary(popcnt + 9),
    xor: binary(popcnt + 10),
    shl: binary(popcnt + 11),
    sar: binary(popcnt + 12),
    shr: binary(popcnt + 13),
  })
}

interface Opcodes {
  readonly load: number
  readonly store: number
  readonly eqz: number
  /** Of `eq`; the other comparisons follow. */
  readonly compare: number
  /** Of `popcnt`; arithmetic follows. */
  readonly popcnt: number
}

export const i32 = instructionsOf(32, { load: 0x28, store: 0x36, eqz: 0x45, compare: 0x46, popcnt: 0x69 }, (value) => [
  0x41,
  ...signedSmall(Number(BigInt.asIntN(32, BigInt(value)))),
])
export const i64 = instructionsOf(64, { load: 0x29, store: 0x37, eqz: 0x50, compare: 0x51, popcnt: 0x7b }, (value) => [
  0x42,
  ...signed(BigInt.asIntN(64, BigInt(value))),
])
export const extend = (a: Code): Code => [a, 0xad]
export const wrap = (a: Code): Code => [a, 0xa7]
export const select = (condition: Code, yes: Code, no: Code): Code => [yes, no, condition, 0x1b]

export const getLocal = (index: number): Code => [0x20, ...unsigned(index)]
export const setLocal = (index: number, value: Code): Code => [value, 0x21, ...unsigned(index)]
export const teeLocal = (index: number, value: Code): Code => [value, 0x22, ...unsigned(index)]

export const block = (label: string, ...parts: readonly Code[]): Code => ({ label, opening: [0x02, noResult], parts })
export const loop = (label: string, ...parts: readonly Code[]): Code => ({ label, opening: [0x03, noResult], parts })
export const when = (condition: Code, then: readonly Code[], otherwise: readonly Code[] = []): Code => [
  condition,
  {
    label: undefined,
    opening: [0x04, noResult],
    parts: otherwise.length === 0 ? then : [...then, 0x05, ...otherwise],
  },
]
export const branch = (to: string): Code => ({ to, opcode: 0x0c })
export const branchIf = (to: string, condition: Code): Code => [condition, { to, opcode: 0x0d }]
export const copyMemory = (to: Code, from: Code, bytes: Code): Code => [to, from, bytes, 0xfc, 0x0a, 0x00, 0x00]

/** A function that others can call by its number. */
export interface ModuleWriter {
  readonly addFunction: (type: FunctionType, locals: readonly WasmType[], body: readonly Code[]) => number
  readonly call: (index: number, ...operands: readonly Code[]) => Code
  readonly exportFunction: (name: string, index: number) => void
  /** The module, with a memory of `pages` times 64 KiB that is exported as `memory` and never grows. */
  readonly write: (pages: number) => Uint8Array<ArrayBuffer>
}

export interface FunctionType {
  readonly parameters: readonly WasmType[]
  readonly results: readonly WasmType[]
}

export const createModuleWriter = (): ModuleWriter => {
  const types: string[] = []
  const functions: { readonly type: number; readonly body: readonly number[] }[] = []
  const exported: (readonly number[])[] = []

  const typeOf = ({ parameters, results }: FunctionType): number => {
    const coded = [parameters, results].map((list) => vector(list.map((type) => [typeCodes[type]])))
    const key = [0x60, ...coded.flat()].join()
    const known = types.indexOf(key)
    return known < 0 ? types.push(key) - 1 : known
  }

  const addFunction: ModuleWriter['addFunction'] = (type, locals, body) => {
    const runs: { count: number; readonly type: WasmType }[] = []
    for (const local of locals) {
      const last = runs.at(-1)
      if (last?.type === local) last.count += 1
      else runs.push({ count: 1, type: local })
    }
    const bytes: number[] = [...vector(runs.map((run) => [...unsigned(run.count), typeCodes[run.type]]))]
    for (const part of body) flatten(part, bytes, [])
    bytes.push(0x0b)
    return functions.push({ type: typeOf(type), body: bytes }) - 1
  }

  const write = (pages: number): Uint8Array<ArrayBuffer> => {
    const bytes: number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
    const section = (id: number, content: readonly number[]): void => {
      bytes.push(id, ...unsigned(content.length))
      for (const byte of content) bytes.push(byte)
    }
    section(1, vector(types.map((key) => key.split(',').map(Number))))
    section(3, vector(functions.map(({ type }) => unsigned(type))))
    section(5, vector([[0x01, ...unsigned(pages), ...unsigned(pages)]]))
    section(7, vector([[...text('memory'), 0x02, 0x00], ...exported]))
    const code: number[] = [...unsigned(functions.length)]
    for (const { body } of functions) {
      code.push(...unsigned(body.length))
      for (const byte of body) code.push(byte)
    }
    section(10, code)
    return Uint8Array.from(bytes)
  }

  return {
    addFunction,
    call: (index, ...operands) => [...operands, 0x10, ...unsigned(index)],
    exportFunction: (name, index) => void exported.push([...text(name), 0x00, ...unsigned(index)]),
    write,
  }
}

const vector = (items: readonly (readonly number[])[]): readonly number[] => [
  ...unsigned(items.length),
  ...items.flat(),
]

/** Names of exports are ASCII. */
const text = (name: string): readonly number[] => vector([...name].map((letter) => [letter.charCodeAt(0)]))

const isList = (code: Code): code is readonly Code[] => Array.isArray(code)

const flatten = (code: Code, bytes: number[], labels: readonly (string | undefined)[]): void => {
  if (typeof code === 'number') {
    bytes.push(code)
  } else if (isList(code)) {
    for (const part of code) flatten(part, bytes, labels)
  } else if ('to' in code) {
    const depth = labels.indexOf(code.to)
    if (depth < 0) throw new Error(`no block has the label ${code.to}`)
    bytes.push(code.opcode, ...unsigned(depth))
  } else {
    bytes.push(...code.opening)
    for (const part of code.parts) flatten(part, bytes, [code.label, ...labels])
    bytes.push(0x0b)
  }
}
