/** Runs the tools that read our Verilog. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Design, Module } from '#ir'
import { emitVerilog, type EmitOptions } from '#emit'
import * as ir from './support.ts'

/** What the tool said, and nothing if it was content. */
const run = (directory: string, command: string, args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: directory, encoding: 'utf8' })
  const said = `${stdout}${stderr}`.trim()
  if (error !== undefined) return `${command}: ${error.message}`
  return status === 0 ? said : `${command} ended with ${status}\n${said}`
}

/** Calls `use` with a directory that has the design's files. */
export const withFiles = <Result>(
  design: Design,
  options: EmitOptions,
  use: (directory: string, names: readonly string[]) => Result,
): Result => {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-emit-'))
  try {
    const files = emitVerilog(design, options)
    for (const { name, text } of files) writeFileSync(join(directory, name), text)
    return use(
      directory,
      files.map(({ name }) => name),
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Verilator's complaints with all warnings on. */
export const lint = (design: Design, options: EmitOptions = {}, flags: readonly string[] = []): string =>
  withFiles(design, options, (directory, names) =>
    run(directory, 'verilator', ['--lint-only', '-Wall', '--top-module', design.top.name, ...flags, ...names]),
  )

/** The complaints of yosys; a latch is one. */
export const synthesisCheck = (design: Design, readOptions = ''): string =>
  withFiles(design, {}, (directory, names) => {
    const script = [
      `read_verilog ${readOptions} ${names.join(' ')}`,
      `hierarchy -check -top ${design.top.name}`,
      'proc',
      'check -assert',
      'select -assert-none t:$dlatch t:$sr',
    ]
    return run(directory, 'yosys', ['-q', '-p', script.join('; ')])
  })

/** A module that has every given module once, with the ports of all of them. */
export const joined = (name: string, modules: readonly Module[]): Module => {
  const parts = modules.map((module, index) => {
    const signals = module.ports.map((port) => {
      const outer = ir.signal(port.role, `m${index}_${port.name}`, port.bits)
      const inner = ir.signal(port.role === 'input' ? 'wire' : 'instanceOutput', `u${index}_${port.name}`, port.bits)
      return { port, outer, inner }
    })
    const connections = Object.fromEntries(signals.map(({ port, inner }) => [port.name, inner]))
    return {
      instance: ir.instance(`u${index}`, module, connections),
      ports: signals.map(({ outer }) => outer),
      signals: signals.map(({ inner }) => inner),
      body: signals.map(({ outer, inner }) => (outer.role === 'input' ? ir.set(inner, outer) : ir.set(outer, inner))),
    }
  })
  return ir.module(name, {
    summary: 'Everything at once.',
    ports: parts.flatMap(({ ports }) => ports),
    signals: parts.flatMap(({ signals }) => signals),
    instances: parts.map(({ instance }) => instance),
    body: parts.flatMap(({ body }) => body),
  })
}
