/** Programs around pipes on the model: the tour, and pipelines, services section 8, step 7. */
import { describe, expect, test } from 'vitest'
import { bootFiles } from '../m3fs/boot.ts'
import { server } from './boot.ts'

const minutes = 60_000

test('the tour of boot/pipes.xml tells what pipes do', { timeout: minutes }, async () => {
  const config = `${server}<dom><app args="pipe-tour 2"><sess name="pipes"/></app></dom>`

  const { exits, printed } = await bootFiles({ config, uses: ['pipes', 'pipe-tour'] })

  expect(printed.trim().split('\n')).toEqual([
    "read at the other end: 'written at one end'",
    'passed 2 KiB through a pipe of 256 bytes: all bytes right',
    'seek: SeekPipe',
    'read from the end for writing: InvArgs',
    "closed the end for writing; the rest is 'last words', then the file is at its end",
    'write where nobody reads: EndOfFile',
  ])
  expect(exits).toMatchObject({ root: 0, pipes: 0 })
})

describe('a pipeline', () => {
  const config = (command: string): string =>
    `${server}<dom><app args="pipeline ${command}"><sess name="pipes"/><tiles type="core" count="3"/>` +
    `<mod name="seq"/><mod name="grep"/><mod name="wc"/></app></dom>`
  const uses = ['pipes', 'pipeline', 'seq', 'grep', 'wc']

  test('of three programs on three tiles: the numbers up to 1000 with a 7 in them', { timeout: minutes }, async () => {
    const { exits, printed } = await bootFiles({ config: config('seq 1000 | grep 7 | wc'), uses })

    expect(printed).toContain('271 lines, 271 words, 1064 bytes')
    expect(exits).toEqual({ root: 0, pipes: 0, pipeline: 0, seq: 0, grep: 0, wc: 0 })
  })

  test('tells when one of its programs fails, and ends', { timeout: minutes }, async () => {
    const { exits, printed } = await bootFiles({ config: config('seq 100 | wc | grep 7'), uses })

    // wc reads all and writes nothing: grep comes to the end of its input, and has no output.
    expect(printed).toContain('100 lines, 100 words, 292 bytes')
    expect(printed).toContain('grep ended with NotFound')
    expect(exits).toMatchObject({ root: 47, pipes: 0, pipeline: 47, seq: 0, wc: 0, grep: 47 })
  })
})
