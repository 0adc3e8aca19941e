/** What accelerators compute, as functions of the stream. Source: services section 6.7.2. */
import { createHash } from 'node:crypto'
import { fftPoints } from '#layout'
import type { AcceleratorLogic } from '#layout'
import { spectrumOf } from './spectrum.ts'

/** One stream: what is made of each piece of it, and at its end. */
export interface StreamLogic {
  take(bytes: Uint8Array): Uint8Array
  end(): Uint8Array
}

const nothing = new Uint8Array()
const sampleBytes = 4
const blockBytes = fftPoints * sampleBytes

const copy = (): StreamLogic => ({ take: (bytes) => bytes, end: () => nothing })

/** A letter 13 places on, counted within its alphabet. */
const rotate = (byte: number): number => {
  for (const first of ['A', 'a'].map((letter) => letter.charCodeAt(0)))
    if (byte >= first && byte < first + 26) return first + ((byte - first + 13) % 26)
  return byte
}

const rot13 = (): StreamLogic => ({ take: (bytes) => bytes.map(rotate), end: () => nothing })

const sha3 = (): StreamLogic => {
  const hash = createHash('sha3-256')
  return {
    take: (bytes) => {
      hash.update(bytes)
      return nothing
    },
    end: () => Uint8Array.from(hash.digest()),
  }
}

/** Spectra of the blocks as they become complete; the last one is filled up with zeros. */
const fft = (): StreamLogic => {
  let rest: Uint8Array = nothing
  const blocksOf = (bytes: Uint8Array): Uint8Array => {
    const made = new Uint8Array(bytes.length)
    for (let at = 0; at < bytes.length; at += blockBytes) made.set(spectrumOf(bytes.slice(at, at + blockBytes)), at)
    return made
  }
  return {
    take: (bytes) => {
      const all = new Uint8Array([...rest, ...bytes])
      const whole = all.length - (all.length % blockBytes)
      rest = all.slice(whole)
      return blocksOf(all.slice(0, whole))
    },
    end: () => {
      if (rest.length === 0) return nothing
      const last = new Uint8Array(blockBytes)
      last.set(rest)
      return blocksOf(last)
    },
  }
}

/** Begins a stream. */
export const streamLogic: Readonly<Record<AcceleratorLogic, () => StreamLogic>> = Object.freeze({
  copy,
  rot13,
  sha3,
  fft,
})
