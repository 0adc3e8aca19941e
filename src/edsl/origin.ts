/** Finds out where in the designer's files a call was made, and to which variable its result was bound. */
import { dirname, fileURLToPath, readFileSync } from '#host'
import type { Origin, Place } from '#ir'

/** `src`: who calls the language from there, as the command line does, is no designer either. */
const libraryFolder = `${dirname(dirname(fileURLToPath(import.meta.url)))}/`
const framesKept = 24

/**
 * Remembers the current call stack. Costs about a microsecond; the stack is read, and the file looked into, only when
 * somebody asks for places or name.
 */
export const capture = (explicitName?: string): Origin => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = framesKept
  const stack = new Error()
  Error.stackTraceLimit = limit
  return new LazyOrigin(stack, explicitName)
}

/** The place of a part of a value, with the name of the whole and the way to the part: `access_address`. */
export const partOf = (whole: Origin, path: readonly string[]): Origin =>
  path.length === 0
    ? whole
    : {
        get places() {
          return whole.places
        },
        get name() {
          return whole.name === undefined ? undefined : [whole.name, ...path].join('_')
        },
      }

class LazyOrigin implements Origin {
  readonly #stack: Error
  readonly #explicitName: string | undefined
  #places: readonly Place[] | undefined

  constructor(stack: Error, explicitName: string | undefined) {
    this.#stack = stack
    this.#explicitName = explicitName
  }

  get places(): readonly Place[] {
    this.#places ??= placesOf(this.#stack.stack ?? '')
    return this.#places
  }

  get name(): string | undefined {
    if (this.#explicitName !== undefined) return this.#explicitName
    // What a helper returns has the name that its caller gives it.
    for (const place of this.places) {
      const found = knownBinding(place)
      if (found !== 'returned') return found?.name
    }
    return undefined
  }
}

/** The variables that take what the helpers around a call return, innermost helper first. */
export const callersOf = ({ places }: Origin): readonly string[] =>
  places.slice(1).flatMap((place) => {
    const found = knownBinding(place)
    return found === undefined || found === 'returned' || found.name === undefined ? [] : [found.name]
  })

type Binding = { readonly name: string | undefined } | 'returned' | undefined

/** What was looked up before: a helper's calls come from few places. */
const bindings = new Map<string, Binding>()

const knownBinding = (place: Place): Binding => {
  const key = `${place.file}:${place.line}:${place.column}`
  if (!bindings.has(key)) bindings.set(key, bindingAt(place))
  return bindings.get(key)
}

const frame = /(?:\(|at )(?:async )?((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/

const placesOf = (stack: string): readonly Place[] => {
  const places: Place[] = []
  for (const text of stack.split('\n')) {
    const found = frame.exec(text.trim())
    if (!found) continue
    const file = found[1]?.startsWith('file://') ? fileURLToPath(found[1]) : (found[1] as string)
    if (file.startsWith(libraryFolder) || file.includes('/node_modules/')) {
      // Behind the designer's frames the library only appears as the caller of the body: the chain of helpers ends there.
      if (places.length > 0) break
      continue
    }
    places.push(Object.freeze({ file, line: Number(found[2]), column: Number(found[3]) }))
  }
  return Object.freeze(places)
}

const sources = new Map<string, readonly string[] | undefined>()

/** The lines of a source file, undefined when it cannot be read. */
const sourceLines = (file: string): readonly string[] | undefined => {
  if (!sources.has(file)) {
    try {
      sources.set(file, readFileSync(file, 'utf8').split('\n'))
    } catch {
      // A file that is not there any more costs the name, not the design.
      sources.set(file, undefined)
    }
  }
  return sources.get(file)
}

const binding = /(?:const|let)\s+([A-Za-z_$][\w$]*)(?:\s*:[^=;]+)?\s*=\s*$/
const linesBack = 12

/**
 * The variable that takes the value of the call at `place`, or `returned` when the value is what a function returns: the
 * text between `const NAME =`, `=>` or `return` and the call may only be the beginning of the same call chain, and no
 * further call may follow the call's closing parenthesis.
 */
const bindingAt = (place: Place): Binding => {
  const lines = sourceLines(place.file)
  if (!lines) return undefined
  const last = (lines[place.line - 1] ?? '').slice(0, place.column - 1)
  for (let back = 0; back <= linesBack && place.line - 1 - back >= 0; back++) {
    const before = back === 0 ? last : [...lines.slice(place.line - 1 - back, place.line - 1), last].join('\n')
    const returned = /(?:=>|\breturn\b)\s*([^]*)$/.exec(afterLastReturn(before))?.[1]
    if (returned !== undefined) return isBeginning(returned) && !continues(lines, place) ? 'returned' : undefined
    const start = /(?:const|let)\s+[A-Za-z_$][\w$]*/g
    let match: RegExpExecArray | undefined
    for (let next = start.exec(before); next; next = start.exec(before)) match = next
    if (!match) continue
    const equals = /^(?:\s*:[^=;]+)?\s*=(?!=|>)\s*/.exec(before.slice(match.index + match[0].length))
    if (!equals) return undefined
    const head = before.slice(0, match.index + match[0].length + equals[0].length)
    if (!isBeginning(before.slice(head.length)) || continues(lines, place)) return undefined
    return { name: binding.exec(head)?.[1] }
  }
  return undefined
}

/** The text from the last `=>` or `return` on, if the call is in what follows it and not in a later statement. */
const afterLastReturn = (text: string): string => {
  const at = Math.max(text.lastIndexOf('=>'), text.search(/\breturn\b(?![^]*\breturn\b)/))
  const rest = at < 0 ? '' : text.slice(at)
  return /^=>\s*\{/.test(rest) || /\b(?:const|let)\b/.test(rest) ? '' : rest
}

/** Whether the text is balanced and the beginning of one call chain. */
const isBeginning = (chain: string): boolean => depthOf(chain) === 0 && isOneChain(stripNested(chain))

/** Whether the text is the beginning of one call chain: each further line goes on with a dot. */
const isOneChain = (text: string): boolean =>
  !/=>|;|\?|,\s*$|\breturn\b/.test(text) && !/\n[ \t]*[^\s.]/.test(text.trimEnd())

const depthOf = (text: string): number => {
  let depth = 0
  for (const letter of text) {
    if ('([{'.includes(letter)) depth++
    if (')]}'.includes(letter)) depth--
  }
  return depth
}

/** The text without what stands inside brackets. */
const stripNested = (text: string): string => {
  let depth = 0
  let kept = ''
  for (const letter of text) {
    if (')]}'.includes(letter)) depth--
    if (depth === 0) kept += letter
    if ('([{'.includes(letter)) depth++
  }
  return kept
}

/** Whether `.something` or another operator follows the call that begins at `place`. */
const continues = (lines: readonly string[], place: Place): boolean => {
  const after = [
    (lines[place.line - 1] ?? '').slice(place.column - 1),
    ...lines.slice(place.line, place.line + 60),
  ].join('\n')
  const open = after.indexOf('(')
  if (open < 0) return true
  let depth = 0
  for (let at = open; at < after.length; at++) {
    const letter = after[at] as string
    if ('([{'.includes(letter)) depth++
    if (')]}'.includes(letter)) depth--
    if (depth === 0) return /^\s*[.?[]/.test(after.slice(at + 1)) && !/^\s*\n\s*\[/.test(after.slice(at + 1))
  }
  return true
}

/** First sentence of the doc comment that stands before the statement at `place`; empty when there is none. */
export const summaryAt = (place: Place | undefined): string => {
  const lines = place && sourceLines(place.file)
  if (!lines) return ''
  let end = place.line - 1
  const stop = Math.max(0, end - 25)
  while (end >= stop && !/\*\/\s*$/.test(lines[end] ?? '')) {
    // A blank line between comment and statement means that the comment belongs to something else.
    if (end < place.line - 1 && /^\s*$/.test(lines[end] ?? '')) return ''
    end--
  }
  if (end < stop) return ''
  let begin = end
  while (begin > 0 && !/\/\*\*/.test(lines[begin] ?? '')) begin--
  const text = lines
    .slice(begin, end + 1)
    .map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*)?\s?/, '').replace(/\*\/\s*$/, ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
  return /^(.*?\.)(?:\s|$)/.exec(text)?.[1] ?? text
}
