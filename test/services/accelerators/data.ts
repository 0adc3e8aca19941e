/** What goes into accelerators, and what should come out, computed apart from hardware and model. */
import { distance, samplesOf, transformed } from '../../hdl/accelerator/fft-reference.ts'

const vocabulary = ['Whoever', 'reads', 'this', 'has', 'too', 'much', 'TIME', '42', '(or', 'none)\n']

/** Text of so many bytes. */
export const words = (bytes: number): Uint8Array => {
  let text = ''
  for (let index = 0; text.length < bytes; index++)
    text += `${vocabulary[(index * 7 + (index >> 3)) % vocabulary.length] as string} `
  return new TextEncoder().encode(text.slice(0, bytes))
}

const alphabets = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

export const rotated = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte) => {
    const letter = String.fromCharCode(byte)
    const alphabet = alphabets.find((each) => each.includes(letter))
    return alphabet === undefined ? byte : (alphabet + alphabet).charCodeAt(alphabet.indexOf(letter) + 13)
  })

const blockBytes = 256

/** Block by block, the last one filled up with zeros: the greatest distance of `made` from the transform. */
export const spectra = {
  distance: (made: Uint8Array, samples: Uint8Array): number => {
    const filled = new Uint8Array(made.length)
    filled.set(samples)
    let worst = 0
    for (let at = 0; at < made.length; at += blockBytes)
      worst = Math.max(
        worst,
        distance(samplesOf(made.slice(at, at + blockBytes)), transformed(samplesOf(filled.slice(at, at + blockBytes)))),
      )
    return worst
  },
}
