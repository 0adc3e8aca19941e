import { describe, expect, test } from 'vitest'
import { LineDiscipline } from '../../../src/services/vterm/server/line-discipline.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (of: Iterable<number>): string => new TextDecoder().decode(Uint8Array.from(of))

/** Everything that can be read, the end of the file as 'END'. */
const readAll = (line: LineDiscipline, most = 256): readonly string[] => {
  const parts: string[] = []
  while (line.isReadable) parts.push(text(line.read(most)) || 'END')
  return parts
}

describe('a cooked terminal', () => {
  test.each([
    ['a line is input when it is complete', 'abc', [], 'abc'],
    ['lines are read together', 'abc\nde\nf', ['abc\nde\n'], 'abc\nde\nf'],
    ['delete takes the last character of the line', 'ab\x7fc\n', ['ac\n'], 'ab\b \bc\n'],
    ['delete stops at the start of the line', 'a\n\x7f\x7fb\n', ['a\nb\n'], 'a\nb\n'],
    ['^D delivers what is there', 'ab\x04', ['ab'], 'ab'],
    ['^D on an empty line is the end of the file, once', 'ab\n\x04', ['ab\n', 'END'], 'ab\n'],
    ['input goes on behind the end of the file', '\x04x\n\x04', ['END', 'x\n', 'END'], 'x\n'],
    ['control characters are dropped', 'a\x01\r\tb\n', ['ab\n'], 'ab\n'],
    ['escape is shown as a character', '\x1b[A\n', ['\x1b[A\n'], '^[A\n'],
  ])('%s', (_title, typed, read, shown) => {
    const line = new LineDiscipline()

    const { echo, signal } = line.type(bytes(typed))

    expect(readAll(line)).toEqual(read)
    expect(text(echo)).toBe(shown)
    expect(signal).toBe(false)
  })

  test('^C is a signal and no input', () => {
    const line = new LineDiscipline()

    expect(line.type(bytes('a\x03b\n')).signal).toBe(true)
    expect(readAll(line)).toEqual(['ab\n'])
  })

  test('what is read and not used is read again first', () => {
    const line = new LineDiscipline()
    line.type(bytes('abcdef\n'))

    line.unread(line.read(4).subarray(1))

    expect(readAll(line, 3)).toEqual(['bcd', 'ef\n'])
  })
})

test('a raw terminal gives bytes as they come, and shows nothing', () => {
  const line = new LineDiscipline()
  line.mode = 0

  const { echo, signal } = line.type(bytes('a\x7f\x03\x04'))

  expect([readAll(line), echo, signal]).toEqual([['a\x7f\x03\x04'], [], false])
})

test('a change of mode forgets what was typed', () => {
  const line = new LineDiscipline()
  line.type(bytes('abc\nd'))
  line.mode = 1
  line.type(bytes('e\n'))

  expect(readAll(line)).toEqual(['e\n'])
})
