/** Control of the talk's example system. Source: services section 7.5. */
import { fftPoints } from '#layout'
import { CallError, codes } from '#kernel'
import { FileSystemClient } from '../file/file-system-client.ts'
import { Accelerator, logicOf, waitForAccelerator } from '../library/accelerator.ts'
import { resourcesOf } from '../library/resources.ts'
import { openFlags } from '../m3fs/open-file.ts'
import { NetClient } from '../net/client.ts'
import type { TcpSocket } from '../net/client.ts'
import { PipesClient } from '../pipes/client.ts'
import type { Context } from '../runtime/context.ts'
import type { Program } from '../runtime/program.ts'
import { monitorPort } from './example-ports.ts'

/** Where in the spectrum somebody sends, block by block, unless the arguments say otherwise. */
const usualCarriers = [5, 12, 31]
const amplitude = 8000
/** A sample is a complex number, 16 bits for each part. */
const sampleBytes = 4
const blockBytes = fftPoints * sampleBytes
const retryCycles = 2000

/** Looks for carriers in what an antenna received, by the accelerator, and tells Monitor. */
export const control: Program = {
  name: 'control',
  summary: 'finds carriers in samples from a file with the FFT accelerator, and tells "monitor" over the net service',
  main: async (context) => {
    const carriers = context.args.length > 0 ? context.args.map(Number) : usualCarriers
    const files = await FileSystemClient.open(context)
    const recording = await files.open('/antenna', openFlags.write | openFlags.create | openFlags.truncate)
    for (const carrier of carriers) await recording.write(samples(carrier))
    await recording.close()
    await context.print(`recorded ${carriers.length} blocks of ${fftPoints} samples`)

    const spectra = await transformed(context, files, carriers.length * blockBytes)
    const net = await NetClient.open(context)
    const monitor = await connected(context, net)
    const found: number[] = []
    for (let at = 0; at < spectra.length; at += blockBytes) found.push(strongest(spectra.subarray(at, at + blockBytes)))
    for (const [block, bin] of found.entries()) {
      await context.print(`block ${block}: somebody sends at ${bin}`)
      await monitor.send(new TextEncoder().encode(`block ${block}: carrier at ${bin}\n`))
    }
    await monitor.finish()
    await monitor.receiveAll()
    await net.close()
    await files.close()
    return found.every((bin, block) => bin === carriers[block]) ? codes.Success : codes.InvChecksum
  },
}

/** A carrier as the antenna hears it. */
const samples = (carrier: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(blockBytes))
  for (let index = 0; index < fftPoints; index++) {
    const angle = (2 * Math.PI * carrier * index) / fftPoints
    view.setInt16(sampleBytes * index, Math.round(amplitude * Math.cos(angle)), true)
    view.setInt16(sampleBytes * index + 2, Math.round(amplitude * Math.sin(angle)), true)
  }
  return new Uint8Array(view.buffer)
}

/** Has the accelerator read the file, and reads what it makes of it from a pipe: no software touches the data in between. */
const transformed = async (context: Context, files: FileSystemClient, bytes: number): Promise<Uint8Array> => {
  const tile = resourcesOf(context, 'tile').find(({ second }) => logicOf(second) !== undefined)
  if (tile === undefined) return new Uint8Array()
  const { selector, first, second: descriptor } = tile
  const accelerator = await Accelerator.create(context, { selector, id: Number(first), descriptor })
  const pipes = await PipesClient.open(context)
  const pipe = await pipes.create(2 * blockBytes)
  const [input, output] = [await files.openSession('/antenna', openFlags.read), await pipe.end('writer')]
  const reader = await pipe.reader()
  await accelerator.readFrom(input)
  await accelerator.writeTo(output)
  await accelerator.start()
  const spectra = await reader.readAll(bytes)
  await waitForAccelerator(context, [accelerator])
  await accelerator.remove()
  await pipe.dropEnd(output)
  await pipe.dropEnd(input)
  await reader.close()
  await pipe.close()
  await pipes.close()
  return spectra
}

/** Monitor may need some time until it listens. */
const connected = async (context: Context, net: NetClient): Promise<TcpSocket> => {
  const socket = await net.tcp()
  for (;;)
    try {
      await socket.connect(monitorPort)
      return socket
    } catch (reason) {
      if (!(reason instanceof CallError) || reason.code !== codes.ConnectionFailed) throw reason
      await context.pause(retryCycles)
    }
}

/** The frequency with the most energy. */
const strongest = (spectrum: Uint8Array): number => {
  const view = new DataView(spectrum.buffer, spectrum.byteOffset, spectrum.length)
  const part = (index: number): number => view.getInt16(2 * index, true)
  const energy = Array.from({ length: fftPoints }, (_, bin) => part(2 * bin) ** 2 + part(2 * bin + 1) ** 2)
  return energy.indexOf(Math.max(...energy))
}
