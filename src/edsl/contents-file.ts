/** The words of files with first contents of memories. */

/** A mistake in a file; line and column count from 1. */
export interface FileMistake {
  readonly line: number
  readonly column: number
  readonly title: string
  readonly help: readonly string[]
}

/** Words from address 0 on, and what could not be read. */
export interface ReadWord {
  readonly words: readonly bigint[]
  readonly mistakes: readonly FileMistake[]
}

/** Words one after the other, the lowest byte first. */
export const wordsOfBytes = (data: Uint8Array, bits: number): ReadWord => {
  const bytes = Math.ceil(bits / 8)
  const mistakes: FileMistake[] = []
  if (data.length % bytes !== 0)
    mistakes.push({
      line: 1,
      column: 1,
      title: `${data.length} bytes are no whole number of words of ${bytes} bytes`,
      help: [`fill the file up to ${Math.ceil(data.length / bytes) * bytes} bytes`],
    })
  const words = Array.from({ length: Math.floor(data.length / bytes) }, (_, index) => {
    let word = 0n
    for (let byte = bytes - 1; byte >= 0; byte--) word = (word << 8n) | BigInt(data[index * bytes + byte] ?? 0)
    if (word >> BigInt(bits) !== 0n)
      mistakes.push({
        line: 1,
        column: 1,
        title: `word ${index}, 0x${word.toString(16)}, does not fit ${bits} bits`,
        help: [`bits above ${bits - 1} of every word are 0`],
      })
    return word & ((1n << BigInt(bits)) - 1n)
  })
  return { words, mistakes }
}

/** Text as Verilog's $readmemh and $readmemb take it. */
export const wordsOfText = (text: string, format: 'hex' | 'bits', bits: number, depth: number): ReadWord => {
  const mistakes: FileMistake[] = []
  const words = new Map<number, bigint>()
  let address = 0
  const digits = format === 'hex' ? /^[\da-f]+$/i : /^[01]+$/
  const prefix = format === 'hex' ? '0x' : '0b'
  for (const { word, line, column } of wordsWithPlaces(withoutComments(text))) {
    const mistake = (title: string, ...help: readonly string[]): void =>
      void mistakes.push({ line, column, title, help })
    if (word.startsWith('@')) {
      if (/^@[\da-f]+$/i.test(word)) address = Number.parseInt(word.slice(1), 16)
      else mistake(`'${word}' is no address`, '@ and hexadecimal digits: @1f0')
      continue
    }
    const plain = word.replaceAll('_', '')
    if (!digits.test(plain)) {
      mistake(
        `'${word}' is no ${format === 'hex' ? 'hexadecimal' : 'binary'} word`,
        /^[\da-fxz]+$/i.test(plain) ? 'a memory starts with 0 and 1: unknown digits are not possible' : 'digits only',
      )
      address++
      continue
    }
    const value = BigInt(prefix + plain)
    if (value >> BigInt(bits) !== 0n)
      mistake(`${word} does not fit ${bits} bits`, `words of ${value.toString(2).length} bits, or a smaller number`)
    else if (address >= depth)
      mistake(
        `address ${address} is outside of a memory of ${depth} words`,
        `memory(shape, ${address + 1}, ...)`,
        'take the word away',
      )
    else words.set(address, value)
    address++
  }
  const length = words.size === 0 ? 0 : Math.max(...words.keys()) + 1
  return { words: Array.from({ length }, (_, index) => words.get(index) ?? 0n), mistakes }
}

/** Comments become spaces, so that places stay. */
const withoutComments = (text: string): string =>
  text.replace(/\/\/[^\n]*|\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))

const wordsWithPlaces = (text: string): readonly { word: string; line: number; column: number }[] =>
  text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\S+/g)].map((found) => ({ word: found[0], line: index + 1, column: found.index + 1 })),
    )
