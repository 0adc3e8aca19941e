/** Register maps as a Markdown table and as a C header. */
import type { RegisterDescription, RegisterMap, Shape } from '#layout'
import { accessOf } from '#layout'

/** Short names of the access classes, as data sheets have them. */
const short = {
  none: '-',
  read: 'RO',
  write: 'WO',
  'read-write': 'RW',
  'write-1-clears': 'W1C',
  'write-1-sets': 'W1S',
  'read-clears': 'RC',
} as const

const hexadecimal = (value: number | bigint, digits: number): string =>
  `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`

const rowsOf = (map: RegisterMap): readonly (readonly [string, RegisterDescription])[] =>
  Object.entries(map.registers).sort(([, one], [, other]) => one.at - other.at)

/** One part of a register: bits `lsb` to `lsb + bits - 1`. */
interface BitField {
  readonly name: string
  readonly lsb: number
  readonly bits: number
  readonly values: string
}

const fieldsOf = (shape: Shape): readonly BitField[] =>
  shape.kind !== 'struct'
    ? []
    : Object.entries(shape.fields)
        .map(([name, field]) => ({
          name,
          lsb: shape.lsb[name] as number,
          bits: field.bits,
          values:
            field.kind === 'oneOf'
              ? Object.entries(field.codes)
                  .map(([word, code]) => `${code} ${word}`)
                  .join(', ')
              : '',
        }))
        .sort((one, other) => one.lsb - other.lsb)

/** A table of all registers, and one of the bits of each register that has fields. */
export const registerTable = (map: RegisterMap): string => {
  const digits = Math.max(...rowsOf(map).map(([, { at }]) => at.toString(16).length))
  const head = ['Offset', 'Register', ...map.sides.map((side) => `By ${side}`), 'Reset', 'Purpose']
  const rows = rowsOf(map).map(([name, register]) => [
    register.count === undefined
      ? hexadecimal(register.at, digits)
      : `${hexadecimal(register.at, digits)} + ${map.wordBytes}·i`,
    register.count === undefined ? name : `${name}[i], i = 0..${register.count - 1}`,
    ...map.sides.map((side) => short[accessOf(register, side)]),
    register.reset === undefined ? '-' : hexadecimal(register.reset, 1),
    register.doc,
  ])
  const details = rowsOf(map).flatMap(([name, { shape }]) => {
    const fields = fieldsOf(shape)
    return fields.length === 0
      ? []
      : ['', `**${name}**`, '', markdown(['Bits', 'Field', 'Values'], fields.map(fieldRow))]
  })
  return [markdown(head, rows), ...details, ''].join('\n')
}

const fieldRow = ({ name, lsb, bits, values }: BitField): readonly string[] => [
  bits === 1 ? `${lsb}` : `${lsb + bits - 1}:${lsb}`,
  name,
  values,
]

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** Offsets, masks and codes as C99 macros: `TCU_COMMAND`, `TCU_COMMAND_OP_SHIFT`, `TCU_COMMAND_OP_MASK`. */
export const registerHeader = (map: RegisterMap): string => {
  const prefix = macroName(map.name)
  const suffix = map.wordBytes === 8 ? 'ull' : 'u'
  const lines = rowsOf(map).flatMap(([name, register]) => [
    '',
    `/* ${register.doc} */`,
    define(`${prefix}_${macroName(name)}`, `${hexadecimal(register.at, 4)}u`),
    ...(register.count === undefined ? [] : [define(`${prefix}_${macroName(name)}_COUNT`, `${register.count}u`)]),
    ...fieldsOf(register.shape).flatMap(({ name: field, lsb, bits }) => [
      define(`${prefix}_${macroName(name)}_${macroName(field)}_SHIFT`, `${lsb}`),
      define(
        `${prefix}_${macroName(name)}_${macroName(field)}_MASK`,
        `${hexadecimal(((1n << BigInt(bits)) - 1n) << BigInt(lsb), 1)}${suffix}`,
      ),
    ]),
    ...codesOf(register.shape).map(([field, word, code]) =>
      define(`${prefix}_${macroName(name)}_${macroName(field)}_${macroName(word)}`, `${code}`),
    ),
  ])
  return [
    `/* Registers of ${map.name}. Generated; do not edit. */`,
    `#ifndef ${prefix}_REGISTERS_H`,
    `#define ${prefix}_REGISTERS_H`,
    '',
    define(`${prefix}_BASE`, `${hexadecimal(map.base, 8)}u`),
    ...lines,
    '',
    `#endif`,
    '',
  ].join('\n')
}

const codesOf = (shape: Shape): readonly (readonly [string, string, number])[] =>
  shape.kind !== 'struct'
    ? []
    : Object.entries(shape.fields).flatMap(([name, field]) =>
        field.kind === 'oneOf' ? Object.entries(field.codes).map(([word, code]) => [name, word, code] as const) : [],
      )

const define = (name: string, value: string): string => `#define ${name.padEnd(40)} ${value}`

const macroName = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/\W/g, '_')
    .toUpperCase()
