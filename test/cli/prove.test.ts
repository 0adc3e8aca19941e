import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

/** A file with two modules, one whose property does not hold. */
const userFile = (): string => {
  const path = join(freshFolder(), 'designs.ts')
  const edsl = new URL('../../src/edsl/index.ts', import.meta.url).href
  writeFileSync(
    path,
    `import { assert, bit, input, module, output, reg, uint, when } from '${edsl}'
const counter = (limit) => module('counter', { enable: input(bit), count: output(uint(4)) }, ({ enable, count }) => {
  const value = reg(uint(4), 0)
  when(enable.and(value.lt(limit)), () => value.next(value.addWrap(1)))
  count.drive(value)
  assert(value.le(5), 'never counts beyond five')
})
export const stops = counter(5)
export const runsOn = counter(6)
`,
  )
  return path
}

test('a property that holds is proved', async () => {
  const { code, out, err } = await tessera(['prove', `${userFile()}:stops`])

  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^ {2}proved {2}never counts beyond five {2}\(pdr, /m)
})

test('one that does not is refuted by the shortest run', async () => {
  const { code, out } = await tessera(['prove', `${userFile()}:runsOn`, '--json'])

  expect(code).toBe(1)
  const [verdict] = JSON.parse(out) as [{ ok: boolean; verdict: string; example: { frames: { enable: string }[] } }]
  expect(verdict).toMatchObject({ ok: false, verdict: 'refuted', name: 'never counts beyond five' })
  // a cycle of reset, six that count, one that shows it
  expect(verdict.example.frames.slice(1, 7).map(({ enable }) => enable)).toEqual(Array(6).fill('0x1'))
  expect(verdict.example.frames).toHaveLength(8)
})

test('a file with several modules asks which one', async () => {
  const { code, err } = await tessera(['prove', userFile()])

  expect(code).toBe(2)
  expect(err).toMatch(/exports several modules; say which: .*designs\.ts:stops, .*designs\.ts:runsOn/)
})

test('a module that is not there is told with those that are', async () => {
  const { code, err } = await tessera(['prove', `${userFile()}:stop`])

  expect(code).toBe(2)
  expect(err).toMatch(/exports no 'stop'; it has stops, runsOn\. Did you mean 'stops'\?/)
})

test('a design without properties says so', async () => {
  const { code, err } = await tessera(['prove', `${userFile()}:stops`, '--only', 'something else'])

  expect(code).toBe(2)
  expect(err).toContain("PRV-0103: no property of `counter` has the text 'something else' in its sentence")
})

test('a design with mistakes is told as text, and with --json as data', async () => {
  const path = join(freshFolder(), 'mistaken.ts')
  const edsl = new URL('../../src/edsl/index.ts', import.meta.url).href
  writeFileSync(
    path,
    `import { bit, input, module, output } from '${edsl}'
export const mistaken = module('mistaken', { a: input(bit), b: output(bit) }, ({ a }) => void a)
`,
  )

  const text = await tessera(['prove', path])
  const data = await tessera(['prove', path, '--json'])

  expect(text).toMatchObject({ code: 1, out: '' })
  expect(text.err).toContain('error HDL-0201')
  expect(data).toMatchObject({ code: 1, err: '' })
  expect((JSON.parse(data.out) as { code: string }[]).map(({ code }) => code)).toContain('HDL-0201')
})
