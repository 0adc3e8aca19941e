// Value change dumps: waveforms for GTKWave, Surfer and their like.

import type { Recording, WaveSignal } from './recording.ts'
import { caseName } from './value-text.ts'

/**
 * Writes samples as a value change dump, one by one. Instances and records are scopes; a signal with named cases is a
 * `string` variable with the names as values, a signed one an `integer` variable of its width. Values change at the edge
 * that begins a cycle; clocks fall in the middle of it. Times are exact to a picosecond.
 */
export class VcdWriter {
  readonly #write: (text: string) => void
  readonly #domains: readonly string[]
  readonly #signals: readonly WaveSignal[]
  readonly #last: (bigint | undefined)[]
  #risen = 0
  #time = 0

  /** `write` takes the text piece by piece; `top` is the name of the outermost scope. */
  constructor(recording: Pick<Recording, 'signals' | 'domains'>, top: string, write: (text: string) => void) {
    this.#write = write
    this.#domains = recording.domains
    this.#signals = recording.signals
    this.#last = recording.signals.map(() => undefined)
    write(header(recording, top))
  }

  /** Writes sample `index` of the recording; samples come in their order. */
  sample(recording: Recording, index: number): void {
    const begin = picoseconds(recording.begin(index))
    const end = picoseconds(recording.end(index))
    const count = this.#domains.length
    let text = ''
    for (let bit = 0; bit < count; bit++) {
      const rises = (this.#risen >>> bit) & 1
      if (rises === 1 || index + recording.first === 0) text += `${rises}${identifier(bit)}\n`
    }
    this.#signals.forEach((signal, at) => {
      const value = recording.bitsAt(at, index)
      if (this.#last[at] === value) return
      this.#last[at] = value
      text += change(signal, value, identifier(count + at))
    })
    let falls = ''
    for (let bit = 0; bit < count; bit++) if ((this.#risen >>> bit) & 1) falls += `0${identifier(bit)}\n`
    if (text !== '') this.#write(`#${begin}\n${text}`)
    if (falls !== '') this.#write(`#${Math.round((begin + end) / 2)}\n${falls}`)
    this.#risen = recording.clocks(index)
    this.#time = end
  }

  /** Writes when the last sample ended. */
  end(): void {
    this.#write(`#${this.#time}\n`)
  }
}

/** A recording as the text of a VCD file. */
export const vcdText = (recording: Recording, top: string): string => {
  const parts: string[] = []
  const writer = new VcdWriter(recording, top, (text) => void parts.push(text))
  for (let index = 0; index < recording.length; index++) writer.sample(recording, index)
  writer.end()
  return parts.join('')
}

const picoseconds = (nanoseconds: number): number => Math.round(nanoseconds * 1000)

/** Short names of printable characters, `!` to `~`. */
const identifier = (index: number): string => {
  const digit = String.fromCharCode(33 + (index % 94))
  return index < 94 ? digit : identifier(Math.floor(index / 94) - 1) + digit
}

const change = (signal: WaveSignal, value: bigint, id: string): string => {
  if (signal.cases !== undefined) return `s${caseName(signal, value) ?? `?${value.toString(16)}`} ${id}\n`
  return signal.bits === 1 && !signal.signed ? `${value}${id}\n` : `b${value.toString(2)} ${id}\n`
}

interface Scope {
  readonly variables: string[]
  readonly scopes: Map<string, Scope>
}

const header = ({ signals, domains }: Pick<Recording, 'signals' | 'domains'>, top: string): string => {
  const root = newScope()
  domains.forEach((domain, bit) => {
    root.variables.push(`wire 1 ${identifier(bit)} ${domain === 'main' ? 'clk' : `${domain}_clk`}`)
  })
  signals.forEach((signal, index) => {
    const names = signal.name.split('.')
    let scope = root
    for (const name of names.slice(0, -1)) {
      const inner = scope.scopes.get(name) ?? newScope()
      scope.scopes.set(name, inner)
      scope = inner
    }
    // Viewers take `[2]` at the end of a name for a range of bits.
    const name = (names.at(-1) ?? '').replaceAll('[', '(').replaceAll(']', ')')
    const type = signal.cases !== undefined ? 'string' : signal.signed ? 'integer' : 'wire'
    const bits = signal.cases === undefined ? signal.bits : 1
    scope.variables.push(`${type} ${bits} ${identifier(domains.length + index)} ${name}`)
  })
  return `$timescale 1ps $end\n${scopeText(top, root)}$enddefinitions $end\n`
}

const newScope = (): Scope => ({ variables: [], scopes: new Map() })

const scopeText = (name: string, { variables, scopes }: Scope): string => {
  const own = variables.map((variable) => `$var ${variable} $end\n`).join('')
  const inner = [...scopes].map(([innerName, scope]) => scopeText(innerName, scope)).join('')
  return `$scope module ${name} $end\n${own}${inner}$upscope $end\n`
}
