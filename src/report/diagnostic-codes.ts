/** What every code means, in a line, and the page that explains it. */

/** A sort of mistake. */
export interface DiagnosticCode {
  /** The family of rules, given by the first two digits. */
  readonly family: 'widths' | 'drivers' | 'construction' | 'memories' | 'clocks'
  /** What all mistakes with this code have in common. */
  readonly title: string
  /** The page, from the root of the repository. */
  readonly page: string
}

/** The sort of mistake that a code stands for; undefined for a code that nobody wrote down. */
export const diagnosticCode = (code: string): DiagnosticCode | undefined =>
  Object.hasOwn(titles, code) ? { family: familyOf(code), title: titles[code] ?? '', page: pageOf(code) } : undefined

/** Every code that has a page, in order. */
export const knownCodes = (): readonly string[] => Object.keys(titles)

const familyOf = (code: string): DiagnosticCode['family'] => families[code.slice(4, 6)] ?? 'construction'

const families: Readonly<Record<string, DiagnosticCode['family']>> = {
  '01': 'widths',
  '02': 'drivers',
  '03': 'construction',
  '04': 'memories',
  '05': 'clocks',
}

const pageOf = (code: string): string => `docs/errors/${code}.md`

const titles: Readonly<Record<string, string>> = Object.freeze({
  'HDL-0101': 'A literal does not fit',
  'HDL-0102': 'The value has another width than what it is given to',
  'HDL-0103': 'The operands have different widths',
  'HDL-0104': 'A slice reaches outside of the value',
  'HDL-0105': 'The first value of a register is not a constant',
  'HDL-0106': 'A case is missing',
  'HDL-0107': 'A parameter is out of range',
  'HDL-0108': 'First contents that do not fit the memory',
  'HDL-0109': 'Signed and unsigned meet',
  'HDL-0110': 'A pattern does not fit the value',
  'HDL-0201': 'A value is needed and never driven',
  'HDL-0202': 'A register is read and never set',
  'HDL-0203': 'A signal has two drivers',
  'HDL-0204': 'A signal is not driven in every case',
  'HDL-0206': 'A value depends on itself within a cycle',
  'HDL-0207': 'The body sets what somebody else sets',
  'HDL-0301': 'Hardware outside of a module body',
  'HDL-0302': 'A signal where the host needs a plain value',
  'HDL-0303': 'Two different modules with the same name',
  'HDL-0304': 'A name is taken',
  'HDL-0305': 'A value that nobody reads',
  'HDL-0306': 'A state that the machine never gets to',
  'HDL-0307': 'A value of another module',
  'HDL-0308': 'A module that contains itself',
  'HDL-0309': 'Two sides with different fields',
  'HDL-0310': 'A file of an external module is missing',
  'HDL-0311': 'A past value in hardware',
  'HDL-0320': 'A state without a way back',
  'HDL-0321': 'An allowance that silences nothing',
  'HDL-0322': 'A condition that is always the same',
  'HDL-0323': 'A comparison that always comes out the same',
  'HDL-0324': 'A property that is always the same',
  'HDL-0401': 'A memory that two clocks write',
  'HDL-0402': 'An address that is outside of the memory',
  'HDL-0403': 'A memory that cannot be what it is told to be',
  'HDL-0404': 'A memory that is read and never written',
  'HDL-0405': 'A read that meets the write it promised not to meet',
  'HDL-0501': 'A value crosses from one clock to another',
  'HDL-0502': 'Clock domains that do not fit',
  'HDL-0503': 'Bits that cross side by side',
  'HDL-0504': 'A memory is written with one clock and read with another',
})
