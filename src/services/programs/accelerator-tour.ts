/** Sends a file through accelerators in several ways and tells what comes out. */
import { CallError, codeName, codes } from '#kernel'
import { FileSystemClient } from '../file/file-system-client.ts'
import { openFlags } from '../m3fs/open-file.ts'
import { PipesClient } from '../pipes/client.ts'
import type { Context } from '../runtime/context.ts'
import type { Program } from '../runtime/program.ts'
import { measure } from './measure.ts'
import { runPipeline } from './pipeline-run.ts'

const { read, write, create, truncate } = openFlags
const samplePoints = 64
const frequency = 5
const amplitude = 20_000

/** The argument is the file; there have to be tiles for two ROT13, a copy, SHA3-256 and the FFT. */
export const acceleratorTour: Program = {
  name: 'accelerator-tour',
  summary: 'sends a file of the service "m3fs" through accelerators, alone and in chains: accelerator-tour FILE',
  main: async (context) => {
    const path = context.args[0] ?? ''
    const files = await FileSystemClient.open(context)
    const pipes = await PipesClient.open(context)
    const tour = { context, files, pipes }
    const text = await contentsOf(files, path)
    let right = true
    const expect = async (what: string, holds: boolean): Promise<void> => {
      right &&= holds
      await context.print(`${what}: ${holds ? 'yes' : 'NO'}`)
    }

    await through(tour, ['rot13'], path, '/once')
    const once = await contentsOf(files, '/once')
    await context.print(`ROT13 of "${firstLine(text)}" is "${firstLine(once)}"`)
    await through(tour, ['rot13', 'rot13'], path, '/twice')
    await expect(`twice ROT13 is the file of ${text.length} bytes`, same(await contentsOf(files, '/twice'), text))
    await through(tour, ['sha3'], path, '/digest')
    const digest = await contentsOf(files, '/digest')
    await context.print(`SHA3-256 is ${hexadecimal(digest)}`)
    await through(tour, ['copy', 'rot13', 'rot13', 'sha3'], path, '/other')
    await expect('a chain of four has the same digest', same(await contentsOf(files, '/other'), digest))

    await put(files, '/tone', tone())
    await through(tour, ['fft'], '/tone', '/spectrum')
    const [strongest, height] = strongestIn(await contentsOf(files, '/spectrum'))
    await context.print(`the strongest frequency of the tone is ${strongest}, of height ${height}`)
    await expect('that is the tone', strongest === frequency && Math.abs(height - amplitude) < 4)
    await context.print(await refusal(through(tour, ['rot13', 'rot13', 'rot13'], path, '/thrice')))
    await pipes.close()
    await files.close()
    return right ? codes.Success : codes.InvChecksum
  },
}

interface Tour {
  readonly context: Context
  readonly files: FileSystemClient
  readonly pipes: PipesClient
}

/** Runs a chain of accelerators from file to file, and measures it. */
const through = async (
  { context, files, pipes }: Tour,
  chain: readonly string[],
  from: string,
  to: string,
): Promise<void> => {
  const kibibytes = (await files.stat(from)).size / 1024
  const [unit, count] = kibibytes < 1 ? ['stream', 1] : ['KiB', Math.floor(kibibytes)]
  const commands = chain.map((logic) => [logic])
  const input = await files.openSession(from, read)
  const output = await files.openSession(to, write | create | truncate)
  const result = await measure(context, `${unit} through ${chain.join(' | ')}`, count, () =>
    runPipeline(context, { commands, input, output, pipes }),
  )
  if (result !== codes.Success) throw new CallError(result, chain.join(' | '))
}

const refusal = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt
    return 'three ROT13 at once: done'
  } catch (reason) {
    if (!(reason instanceof CallError)) throw reason
    return `three ROT13 at once, where there are two: ${codeName(reason.code)}`
  }
}

const contentsOf = async (files: FileSystemClient, path: string): Promise<Uint8Array> => {
  const file = await files.open(path, read)
  const contents = await file.readAll()
  await file.close()
  return contents
}

const put = async (files: FileSystemClient, path: string, data: Uint8Array): Promise<void> => {
  const file = await files.open(path, write | create | truncate)
  await file.write(data)
  await file.close()
}

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])

const firstLine = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).split('\n')[0] ?? ''

const hexadecimal = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** A block of samples of one frequency: real and imaginary parts of 16 bits. */
const tone = (): Uint8Array => {
  const samples = new Uint8Array(4 * samplePoints)
  const view = new DataView(samples.buffer)
  for (let index = 0; index < samplePoints; index++) {
    const angle = (2 * Math.PI * frequency * index) / samplePoints
    view.setInt16(4 * index, Math.round(amplitude * Math.cos(angle)), true)
    view.setInt16(4 * index + 2, Math.round(amplitude * Math.sin(angle)), true)
  }
  return samples
}

/** The frequency with the greatest real part, and that part. */
const strongestIn = (spectrum: Uint8Array): readonly [number, number] => {
  const view = new DataView(spectrum.buffer, spectrum.byteOffset, spectrum.byteLength)
  const parts = Array.from({ length: spectrum.length / 4 }, (_, index) => view.getInt16(4 * index, true))
  const height = Math.max(...parts)
  return [parts.indexOf(height), height]
}
