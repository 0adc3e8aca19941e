import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

interface Report {
  readonly platform: string
  readonly cycles: number
  readonly output: readonly { readonly tile: string; readonly program: string; readonly text: string }[]
  readonly channels: readonly { from: string; to: string; ep: number; messages: number }[]
  readonly measurements: readonly { readonly name: string; readonly cyclesEach: number; readonly repetitions: number }[]
  readonly ok: boolean
}

const bootJson = async (file: string, ...more: readonly string[]): Promise<Report> => {
  const { code, out } = await tessera(['boot', file, '--json', ...more])
  expect(code).toBe(0)
  return JSON.parse(out) as Report
}

const lines = (text: string): readonly string[] => text.trimEnd().split('\n')

describe('boot', () => {
  test('hello.xml prints from a tile', async () => {
    const { code, out } = await tessera(['boot', 'boot/hello.xml'])

    expect(code).toBe(0)
    expect(lines(out).slice(0, 2)).toEqual([
      '[user2 hello] Hello from a tile of its own!',
      '[user2 hello] argument 1 is world',
    ])
    expect(out).toMatch(/^cycles +\d/m)
    expect(out).toMatch(/^user2 hello +-> +kernel +EP 4 +2$/m)
  })

  test('rpc.xml makes 1000 round trips and measures them', async () => {
    const { output, channels, measurements, ok } = await bootJson('boot/rpc.xml')

    expect(ok).toBe(true)
    expect(output).toEqual([
      { tile: 'user2', program: 'server', text: 'served 1001 requests, all with label 0x77\n' },
      { tile: 'user3', program: 'client', text: '1000 round trips, every answer right\n' },
    ])
    expect(channels).toContainEqual(expect.objectContaining({ from: 'user3', to: 'user2', ep: 15, messages: 1002 }))
    expect(measurements).toMatchObject([{ name: 'round trip', repetitions: 1000 }])
    expect(measurements[0]?.cyclesEach).toBeLessThan(150)
  })

  test('files.xml shows a file server and a program that uses it', async () => {
    const { output, ok, measurements } = await bootJson('boot/files.xml')

    expect(ok).toBe(true)
    expect(output.map(({ tile, program, text }) => [tile, program, ...lines(text)])).toEqual([
      [
        'user3',
        'tour',
        'the root directory has letters, welcome.txt',
        '/letters/alice.txt: Dear Bob, the server gave me a window on this file and went to sleep. Yours, Alice',
        '/letters/bob.txt: Dear Alice, mine was taken away when I closed the file. It was not mine to keep. Yours, Bob',
        'wrote 32 KiB to /data, in 1 extent; read it back: all bytes right',
        'appended to /letters/alice.txt at byte 83: PS: I can write more.',
        'moved things: /archive has data, letter',
        'remove /archive: DirNotEmpty',
        'open /letters/bob.txt: NoSuchFile',
        'write to the directory /letters: IsDir',
      ],
    ])
    expect(measurements.map(({ name }) => name)).toEqual(['KiB written', 'KiB read'])
  })

  test('accelerators.xml sends a file through hardware that no software runs on', async () => {
    const { output, ok, measurements } = await bootJson('boot/accelerators.xml')
    const digest = createHash('sha3-256').update(readFileSync('boot/accelerators/letter.txt')).digest('hex')

    expect(ok).toBe(true)
    expect(output.map(({ tile, program, text }) => [tile, program, ...lines(text)])).toEqual([
      [
        'user4',
        'tour',
        'ROT13 of "  1: Far out at the end of a chain of tiles there is nobody who reads this." is ' +
          '"  1: Sne bhg ng gur raq bs n punva bs gvyrf gurer vf abobql jub ernqf guvf."',
        'twice ROT13 is the file of 11120 bytes: yes',
        `SHA3-256 is ${digest}`,
        'a chain of four has the same digest: yes',
        'the strongest frequency of the tone is 5, of height 20000',
        'that is the tone: yes',
        'three ROT13 at once, where there are two: NoFreeTile',
      ],
    ])
    expect(measurements.map(({ name }) => name)).toEqual([
      'KiB through rot13',
      'KiB through rot13 | rot13',
      'KiB through sha3',
      'KiB through copy | rot13 | rot13 | sha3',
      'stream through fft',
    ])
  })

  test('memory.xml lends a page and takes it back', async () => {
    const { output } = await bootJson('boot/memory.xml')

    expect(output.map(({ tile, program, text }) => [tile, program, ...lines(text)])).toEqual([
      [
        'user2',
        'owner',
        'lending 4096 bytes to the borrower',
        'the borrower filled the page as agreed',
        'revoked the page',
        'the borrower ended with Success',
      ],
      [
        'user3',
        'borrower',
        'filled and checked 4096 bytes: all right',
        'after the revocation: READ gives NO_MEP, WRITE gives NO_MEP',
      ],
    ])
  })

  test('isolation.xml prints the error of each attempt, and nothing changed', async () => {
    const { output, ok } = await bootJson('boot/isolation.xml')
    const [witness, intruder] = output

    expect(ok).toBe(true)
    expect(witness?.text).toBe('my endpoints, privilege and memory are as before\n')
    const said = lines(intruder?.text ?? '')
    expect(said).toHaveLength(42)
    expect(said).toContain('write registers through a forged endpoint 128: NO_MEP')
    expect(said).toContain('read into my endpoint registers: NO_PERM')
    expect(said).toContain('read 4 GiB and 8 bytes: OUT_OF_BOUNDS')
    expect(said).toContain("use the neighbour's memory endpoint: NO_MEP")
    expect(said).toContain('send through a reply endpoint: SEND_REPLY_EP')
    expect(said.at(-1)).toBe('none of my endpoints changed, nor my privilege')
    expect(said.filter((line) => line.includes('but it should be') || line.includes('CHANGED'))).toEqual([])
  })

  test('runs on the system that the boot file names, or another that is named', async () => {
    const path = join(freshFolder(), 'boot.xml')
    const apps = '<dom><app args="hello"/></dom>'.repeat(4)
    writeFileSync(
      path,
      `<config system="soc_3x2"><mods><mod name="hello" file="hello"/></mods><dom><app args="root">${apps}</app></dom></config>`,
    )

    const { output } = await bootJson(path)
    const other = await tessera(['boot', path, '--system', 'soc_2x2'])

    expect(output.map(({ tile }) => tile)).toEqual(['user2', 'user3', 'user4', 'user5'])
    expect(other.code).toBe(2)
    expect(other.err).toContain('the boot file needs 4 tiles')
  })

  test('the same seed gives the same cycles and the same trace, byte for byte', async () => {
    const folder = freshFolder()
    const [first, second] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')]
    const reports = [
      await bootJson('boot/memory.xml', '--seed', '7', '--trace', first),
      await bootJson('boot/memory.xml', '--seed', '7', '--trace', second),
    ]

    expect(reports[0]?.cycles).toBe(reports[1]?.cycles)
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true)
    expect(readdirSync(folder)).toEqual(['a.jsonl', 'b.jsonl'])
    const [step] = lines(readFileSync(first, 'utf8'))
    expect(JSON.parse(step ?? '')).toMatchObject({ module: 'kernel', probe: 'commit', kind: 'coreWrite' })
  })

  test('a run that takes too long ends with 1 and says who was waiting', async () => {
    const { code, err } = await tessera(['boot', 'boot/rpc.xml', '--limit-cycles', '5000'])

    expect(code).toBe(1)
    expect(err).toMatch(/^tessera: The run has not ended after 5000 cycles: kernel /)
  })

  test('an interrupted run leaves no half-written file', async () => {
    const folder = freshFolder()
    const trace = join(folder, 'trace.jsonl')

    const { code } = await tessera(['boot', 'boot/rpc.xml', '--trace', trace], AbortSignal.abort())

    expect(code).toBe(130)
    expect(existsSync(trace)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })
})
