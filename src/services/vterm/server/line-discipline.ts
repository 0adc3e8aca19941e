/** What becomes of the bytes that somebody types. Source: services section 6.1. */
import { terminalModes } from '../../file/protocol.ts'

const control = { signal: 0x03, end: 0x04, newline: 0x0a, escape: 0x1b, delete: 0x7f } as const
const firstPrintable = 0x20
/** Takes the last character off the screen. */
const rubOut = [0x08, 0x20, 0x08]

/** What typing has led to, beside input. */
export interface Typed {
  /** Bytes to show. */
  readonly echo: readonly number[]
  /** Whether somebody wants to interrupt. */
  readonly signal: boolean
}

/** Input that can be read: bytes, or the end of the file. */
type Ready = number[] | 'end'

export class LineDiscipline {
  #mode: number = terminalModes.cooked
  #line: number[] = []
  #ready: Ready[] = []

  get mode(): number {
    return this.#mode
  }

  /** Everything that was typed and not read is forgotten. */
  set mode(mode: number) {
    this.#mode = mode
    this.#line = []
    this.#ready = []
  }

  get isReadable(): boolean {
    return this.#ready.length > 0
  }

  type(bytes: Iterable<number>): Typed {
    const echo: number[] = []
    let signal = false
    for (const byte of bytes) {
      if (this.#mode === terminalModes.raw) this.#put([byte])
      else if (byte === control.signal) signal = true
      else echo.push(...this.#cooked(byte))
    }
    return { echo, signal }
  }

  /** Up to `most` bytes; none at the end of the file, which is told once. */
  read(most: number): Uint8Array {
    const [first] = this.#ready
    if (first === undefined) throw new Error('there is no input')
    if (first === 'end') {
      this.#ready.shift()
      return new Uint8Array()
    }
    const bytes = first.splice(0, most)
    if (first.length === 0) this.#ready.shift()
    return Uint8Array.from(bytes)
  }

  /** Gives back the first bytes that were read and not used. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#ready.unshift([...bytes])
  }

  /** Gives what to show. */
  #cooked(byte: number): readonly number[] {
    switch (byte) {
      case control.newline:
        this.#put([...this.#line.splice(0), byte])
        return [byte]
      case control.end:
        if (this.#line.length > 0) this.#put(this.#line.splice(0))
        else this.#ready.push('end')
        return []
      case control.delete:
        return this.#line.pop() === undefined ? [] : rubOut
      case control.escape:
        this.#line.push(byte)
        return [0x5e]
      default:
        if (byte < firstPrintable) return []
        this.#line.push(byte)
        return [byte]
    }
  }

  #put(bytes: readonly number[]): void {
    const last = this.#ready.at(-1)
    if (Array.isArray(last)) last.push(...bytes)
    else this.#ready.push([...bytes])
  }
}
