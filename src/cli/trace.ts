/** Traces: one line of JSON per step of the hardware. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { bodyFlit, commit, decode, errorName, headFlit, memoryAccess, modes } from '#layout'
import type { StepRecord } from '#model'
import { UsageError } from './io.ts'

/** A trace file; it gets its name when it is complete, and leaves nothing behind otherwise. */
export interface TraceFile {
  readonly add: (record: StepRecord) => void
  readonly keep: () => void
  readonly discard: () => void
}

const flushBytes = 1 << 20

/**
 * Opens a trace next to its final place.
 *
 * Rejects: UsageError when it cannot be written.
 */
export const openTrace = (path: string): TraceFile => {
  const partial = `${path}.partial`
  const file = open(path, partial)
  const describe = stepDescriber()
  let lines: string[] = []
  let size = 0
  const flush = (): void => {
    writeSync(file, lines.join(''))
    lines = []
    size = 0
  }
  return {
    add: (record) => {
      const line = `${JSON.stringify(describe(record))}\n`
      lines.push(line)
      size += line.length
      if (size >= flushBytes) flush()
    },
    keep: () => {
      flush()
      closeSync(file)
      renameSync(partial, path)
    },
    discard: () => {
      closeSync(file)
      rmSync(partial, { force: true })
    },
  }
}

const open = (path: string, partial: string): number => {
  try {
    return openSync(partial, 'w')
  } catch (reason) {
    throw new UsageError(`the trace ${path} cannot be written: ${(reason as Error).message}`)
  }
}

type Json = Readonly<Record<string, string | number>>

const hex = (value: bigint | number): string => `0x${value.toString(16)}`
const modeNames = new Map<number, string>(Object.entries(modes).map(([name, code]) => [code, name]))

/** Decodes records; flits need to know whether a packet is under way, so there is one describer per run. */
const stepDescriber = (): ((record: StepRecord) => Json) => {
  const insidePacket = new Map<string, boolean>()
  return ({ cycle, module, probe, bits }) => {
    const where = { cycle, module, probe }
    if (probe === 'commit') return { ...where, ...describeCommit(bits) }
    if (probe === 'memory') return { ...where, ...describeMemory(bits) }
    const stream = `${module} ${probe}`
    const continues = insidePacket.get(stream) ?? false
    const { burst } = decode(headFlit, bits)
    insidePacket.set(stream, burst === 1)
    return { ...where, ...(continues ? describeBody(bits) : describeHead(bits)) }
  }
}

const describeCommit = (bits: bigint): Json => {
  const { kind, error, ep, address, enables, data } = decode(commit, bits)
  return { kind, error: errorName(error), ep, address: hex(address), enables: hex(enables), data: hex(data) }
}

const describeMemory = (bits: bigint): Json => {
  const { user, store, address, enables, data } = decode(memoryAccess, bits)
  return { user, store, address: hex(address), enables: hex(enables), data: hex(data) }
}

const describeHead = (bits: bigint): Json => {
  const flit = decode(headFlit, bits)
  return {
    flit: 'head',
    mode: modeNames.get(flit.mode) ?? String(flit.mode),
    source: hex((flit.sourceChip << 8) | flit.sourceMod),
    target: hex((flit.targetChip << 8) | flit.targetMod),
    address: hex(flit.address),
    bsel: hex(flit.bsel),
    data: hex(flit.data0),
    burst: flit.burst,
  }
}

const describeBody = (bits: bigint): Json => {
  const flit = decode(bodyFlit, bits)
  return { flit: 'body', bsel: hex(flit.bsel), data: hex((flit.data1 << 64n) | flit.data0), burst: flit.burst }
}
