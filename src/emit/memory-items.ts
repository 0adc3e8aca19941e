/** Memories in the form that FPGA tools recognise. */
import type { Memory } from '#ir'
import { both, edgeOf, notInReset } from './items.ts'
import type { Lowering } from './lower.ts'
import type { MemoryPlan } from './memory-plan.ts'
import type { Names } from './names.ts'
import { pinsIn, type DomainPins, type Scope } from './scope.ts'
import type {
  AlwaysItem,
  Declaration,
  FillItem,
  MemoryFill,
  VerilogExpression,
  VerilogStatement,
} from './verilog-tree.ts'

/** A list of more words than this may be a file beside the Verilog. */
const mostWordsInText = 256

/** A file that the Verilog reads: `$readmemh("boot_words.hex", words)`. */
export interface DataFile {
  readonly name: string
  readonly text: string
}

export const memoryDeclaration = ({ memory, blocks }: MemoryPlan, lower: Lowering): Declaration => ({
  kind: 'declaration',
  at: lower.place(memory.origin),
  attribute: memory.style === 'auto' ? undefined : `ram_style = "${memory.style}"`,
  waived: waivedOf(memory, blocks.filter(({ writes }) => writes.length > 0).length),
  net: 'reg',
  name: lower.memory(memory),
  bits: memory.bits,
  depth: memory.depth,
  value: undefined,
})

/** Two clocks that write are what such a memory is for; one that a parameter leaves without writes is anything. */
const waivedOf = ({ initial }: Memory, writers: number): string | undefined => {
  if (writers > 1) return 'MULTIDRIVEN'
  return writers === 0 && initial === undefined ? 'UNDRIVEN' : undefined
}

/** One block per clock with its writes and registered reads. */
export const memoryItems = ({ memory, blocks }: MemoryPlan, lower: Lowering, scope: Scope): readonly AlwaysItem[] =>
  blocks.flatMap(({ domain, writes, reads }): readonly AlwaysItem[] => {
    const pins = pinsIn(scope, domain)
    const written = lower.writes(writes, memory)
    // What comes before reset may be anything, but first contents stay: such a memory is not written in reset.
    const kept = memory.initial !== undefined && written.length > 0
    const body: readonly VerilogStatement[] = [
      ...(kept ? unlessReset(written, pins) : written),
      ...reads.flatMap(({ output, steps }): readonly VerilogStatement[] => {
        const target = lower.signal(output)
        if (steps.length > 0) return lower.sets(steps, output, '<=')
        return [{ kind: 'set', target, operator: '<=', value: target }]
      }),
    ]
    const at = lower.place(memory.origin)
    return body.length === 0 ? [] : [{ kind: 'always', at, when: edgeOf(pins), body }]
  })

const unlessReset = (body: readonly VerilogStatement[], pins: DomainPins): readonly VerilogStatement[] => {
  const outside = notInReset(pins)
  if (outside === undefined) return body
  const [only, ...others] = body
  if (only?.kind !== 'if' || others.length + only.otherwise.length > 0 || only.branches.length > 1) {
    return [{ kind: 'if', branches: [{ condition: outside, body }], otherwise: [] }]
  }
  const branches = only.branches.map((branch) => ({ ...branch, condition: both(outside, branch.condition) }))
  return [{ ...only, branches }]
}

/** First contents of the memories that have some, and the files that hold long ones. */
export const fillItems = (
  memories: readonly Memory[],
  lower: Lowering,
  names: Names,
  contents: 'inline' | 'files',
  module: string,
  more: readonly MemoryFill[],
): { readonly items: readonly FillItem[]; readonly data: readonly DataFile[] } => {
  const data: DataFile[] = []
  const own = memories.flatMap((memory): readonly MemoryFill[] => {
    const { initial, bits, depth } = memory
    if (initial === undefined) return []
    const name = lower.memory(memory)
    const word = (value: bigint): VerilogExpression => lower.number(bits, value)
    if (typeof initial === 'bigint') return [{ name, bits, depth, from: { kind: 'word', word: word(initial) } }]
    const words = initial.slice(0, depth)
    if (contents === 'inline' || words.length <= mostWordsInText) {
      return [{ name, bits, depth, from: { kind: 'words', words: words.map(word) } }]
    }
    const file = `${module}_${name}.hex`
    data.push({ name: file, text: hexText(memory, words) })
    return [{ name, bits, depth, from: { kind: 'file', file } }]
  })
  const fills = [...own, ...more]
  return { items: fills.length === 0 ? [] : [{ kind: 'fill', index: names.take('i'), memories: fills }], data }
}

/** All words of the memory, one per line. */
const hexText = ({ bits, depth }: Memory, words: readonly bigint[]): string => {
  const digits = Math.ceil(bits / 4)
  const lines = Array.from({ length: depth }, (_, at) => (words[at] ?? 0n).toString(16).padStart(digits, '0'))
  return `${lines.join('\n')}\n`
}
