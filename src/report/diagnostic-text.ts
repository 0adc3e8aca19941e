/** Mistakes as text for a terminal. */
import pc from 'picocolors'
import { currentFolder, isAbsolute, relative } from '#host'
import type { Diagnostic, Mark, Place } from '#ir'
import { excerptAt } from './diagnostic-excerpt.ts'

/** How mistakes are shown. */
export interface RenderOptions {
  /** Colours for a terminal. @defaultValue false */
  readonly color?: boolean
  /** What the last line counts besides the mistakes. @defaultValue the mistakes alone */
  readonly summary?: { readonly designs: number; readonly modules: number; readonly seconds: number }
  /** The folder that files are named from. @defaultValue the working directory */
  readonly cwd?: string
}

/** The text of mistakes: each with its lines of source, its hierarchy and its edits; then a count. */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string => {
  const style = pc.createColors(options.color ?? false)
  const cwd = options.cwd ?? currentFolder()
  const blocks = diagnostics.map((diagnostic) => renderOne(diagnostic, style, cwd))
  return [...blocks, count(diagnostics.length, options.summary)].join('\n\n')
}

/** A file as it is shown: from `cwd` when it is below it. */
export const shownFile = (file: string, cwd: string): string => {
  const inside = relative(cwd, file)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? file : inside
}

type Style = ReturnType<typeof pc.createColors>

const renderOne = (diagnostic: Diagnostic, style: Style, cwd: string): string => {
  const { code, title, at, also, path, help } = diagnostic
  const marks = [renderMark(at, style.red, cwd, style), ...also.map((mark) => renderMark(mark, style.cyan, cwd, style))]
  const tail: string[] = []
  if (path.length > 0) tail.push(`  ${style.dim('in')}   ${path.join(' > ')}`)
  tail.push(...help.map((line, index) => `  ${index === 0 ? style.green('help') : '    '} ${line}`))
  return [
    `${style.bold(style.red('error'))} ${style.bold(code)}  ${style.bold(title)}`,
    ...marks,
    ...(tail.length > 0 ? [tail.join('\n')] : []),
  ].join('\n\n')
}

const renderMark = (mark: Mark, paint: (text: string) => string, cwd: string, style: Style): string => {
  const [place, ...callers] = mark.origin.places
  if (place === undefined) return `  (place unknown)\n    ${paint(mark.note)}`

  const excerpt = excerptAt(place)
  const called = callers.slice(0, callersShown).map((caller) => `    called from ${placeText(caller, cwd)}`)
  if (excerpt === undefined) return [`  ${placeText(place, cwd)}`, `    ${paint(mark.note)}`, ...called].join('\n')

  const { text, column, length } = excerpt
  const gutter = ' '.repeat(4 + String(place.line).length)
  // tabs stay tabs, so that the caret stands below its letter whatever their width
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return [
    `  ${placeText({ ...place, column }, cwd)}`,
    style.dim(`    ${place.line} |`) + ` ${text}`,
    style.dim(`${gutter} |`) + ` ${indent}${paint(`${'^'.repeat(length)} ${mark.note}`)}`,
    ...called,
  ].join('\n')
}

const callersShown = 3

const placeText = (place: Place, cwd: string): string => `${shownFile(place.file, cwd)}:${place.line}:${place.column}`

const count = (errors: number, summary: RenderOptions['summary']): string => {
  const found = plural(errors, 'error')
  if (summary === undefined) return found
  const { designs, modules, seconds } = summary
  return `${found} in ${plural(designs, 'design')} (${plural(modules, 'module')}, ${seconds.toFixed(1)} s)`
}

const plural = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
