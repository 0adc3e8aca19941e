/** Legal and unique names. */
import { reservedWords } from './reserved-words.ts'

/** The Verilog spelling of a designer's name: other characters become `_`, a word that tools refuse gets `_` behind it. */
export const verilogName = (name: string): string => {
  const letters = name.replace(/[^A-Za-z0-9_]/g, '_')
  const started = /^[A-Za-z_]/.test(letters) ? letters : `_${letters}`
  return reservedWords.has(started) ? `${started}_` : started
}

/** The names of one scope. */
export interface Names {
  /** A name that nobody has yet: the wanted one, or the wanted one with the lowest free number from 2 on. */
  readonly take: (wanted: string) => string
}

export const createNames = (taken: Iterable<string> = []): Names => {
  const used = new Set(taken)
  const next = new Map<string, number>()

  const take = (wanted: string): string => {
    const base = verilogName(wanted)
    let name = base
    let number = next.get(base) ?? 2
    while (used.has(name)) name = `${base}_${number++}`
    next.set(base, number)
    used.add(name)
    return name
  }

  return { take }
}

/** `readPending` as words: `read_pending`. */
export const wordsOf = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()

/** `readPending` and `read_pending` as the name of a constant: `READ_PENDING`. */
export const constantName = (name: string): string =>
  wordsOf(name)
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()

/** A sentence as a label: `never holds more than its depth` becomes `never_holds_more_than_its_depth`. */
export const labelName = (sentence: string): string => {
  const words = sentence.toLowerCase().match(/[a-z0-9]+/g) ?? ['fact']
  let label = words[0] ?? 'fact'
  for (const word of words.slice(1)) {
    if (label.length + word.length >= 60) break
    label += `_${word}`
  }
  return /^[0-9]/.test(label) ? `fact_${label}` : label
}
