/** First contents of memories: a value, values, or a file. */
import { dirname, fileURLToPath, readFileSync, resolve } from '#host'
import type { Shape } from '#layout'
import type { Expression, Origin } from '#ir'
import { pack } from './bundle.ts'
import { reportMistake } from './context.ts'
import { capture } from './origin.ts'
import { type ReadWord, wordsOfBytes, wordsOfText } from './contents-file.ts'

/** A file with the first words of a memory. */
export interface Contents {
  readonly kind: 'contents'
  readonly file: string
  readonly format: ContentsFormat
  readonly origin: Origin
}

/**
 * `hex`, `bits`: text as Verilog's $readmemh and $readmemb take it, words with spaces or lines between, comments, `@` and
 * an address in front of words that go elsewhere. `bytes`: words one after the other, each in as few whole bytes as hold
 * it, the lowest byte first.
 */
export type ContentsFormat = 'hex' | 'bits' | 'bytes'

/**
 * The words in a file. The path counts from the folder of the source file. Without a format the file's name says it:
 * `.bin` holds bytes, `.bits` bits, everything else hexadecimal words.
 */
export const contentsOf = (file: string | URL, format?: ContentsFormat): Contents => {
  const origin = capture()
  const folder = dirname(origin.places[0]?.file ?? '.')
  const path = file instanceof URL ? fileURLToPath(file) : resolve(folder, file)
  const byName = path.endsWith('.bin') ? 'bytes' : path.endsWith('.bits') ? 'bits' : 'hex'
  return Object.freeze({ kind: 'contents', file: path, format: format ?? byName, origin })
}

interface Given {
  readonly initial?: unknown
  readonly contents?: readonly unknown[] | Contents
}

/** First contents as the node has them. Rejects: HDL-0108. */
export const firstWords = (
  shape: Shape,
  depth: number,
  name: string,
  { initial, contents }: Given,
  origin: Origin,
): bigint | readonly bigint[] | undefined => {
  if (initial !== undefined && contents !== undefined) {
    refuse(
      `\`${name}\` has two sorts of first contents`,
      origin,
      'both `initial` and `contents` are given',
      ['initial: the first value of every word', 'contents: the first words, from address 0 on'],
      [],
    )
  }
  if (contents === undefined) return initial === undefined ? undefined : constantBits(shape, initial, name, origin)
  const words = isFile(contents)
    ? fileWords(contents, shape.bits, depth, name, origin)
    : contents.map((word) => constantBits(shape, word, name, origin))
  if (words.length > depth)
    refuse(
      `\`${name}\` has ${depth} words, ${words.length} first words are given`,
      origin,
      `${depth} words here`,
      [`memory(shape, ${words.length}, ...)`, 'give fewer words; the rest is 0'],
      isFile(contents) ? [{ origin: contents.origin, note: `from ${contents.file}` }] : [],
    )
  return Object.freeze(words.slice(0, depth))
}

const isFile = (contents: readonly unknown[] | Contents): contents is Contents => !Array.isArray(contents)

const constantBits = (shape: Shape, value: unknown, name: string, origin: Origin): bigint => {
  const bits = constantOf(pack(shape, value as never).expression)
  if (bits === undefined)
    reportMistake(
      'HDL-0105',
      `the first contents of \`${name}\` are not constant`,
      { origin, note: 'a memory starts with values that are known when the design is built' },
      [],
      ['give numbers, case names and records of them, and write signals with write()'],
    )
  return bits ?? 0n
}

/** The bits of an expression that is made of literals only. */
const constantOf = (node: Expression): bigint | undefined => {
  if (node.kind === 'literal') return node.value
  if (node.kind === 'slice') {
    const whole = constantOf(node.operand)
    return whole === undefined ? undefined : (whole >> BigInt(node.lsb)) & ((1n << BigInt(node.bits)) - 1n)
  }
  if (node.kind !== 'operation' || node.operator !== 'cat') return undefined
  return node.operands.reduce<bigint | undefined>((bits, part) => {
    const low = constantOf(part)
    return bits === undefined || low === undefined ? undefined : (bits << BigInt(part.bits)) | low
  }, 0n)
}

const fileWords = (
  { file, format, origin }: Contents,
  bits: number,
  depth: number,
  name: string,
  memoryOrigin: Origin,
): readonly bigint[] => {
  const user = { origin: memoryOrigin, note: `the memory: ${depth} words of ${bits} bits` }
  let data: Buffer
  try {
    data = readFileSync(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    refuse(
      `the file ${file} cannot be read`,
      origin,
      code === 'ENOENT' ? 'there is no such file' : String(code),
      ['the path counts from the folder of this source file', "contentsOf(new URL('rom.hex', import.meta.url))"],
      [user],
    )
    return []
  }
  const read: ReadWord =
    format === 'bytes' ? wordsOfBytes(data, bits) : wordsOfText(data.toString('utf8'), format, bits, depth)
  for (const { line, column, title, help } of read.mistakes)
    refuse(title, lineOf(file, line, column), `first contents of \`${name}\``, help, [
      { origin, note: 'the file is taken here' },
      user,
    ])
  return read.words
}

const lineOf = (file: string, line: number, column: number): Origin =>
  Object.freeze({ places: Object.freeze([Object.freeze({ file, line, column })]), name: undefined })

const refuse = (
  title: string,
  origin: Origin,
  note: string,
  help: readonly string[],
  also: Parameters<typeof reportMistake>[3],
): void => reportMistake('HDL-0108', title, { origin, note }, also, help)
