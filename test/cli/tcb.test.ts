import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { nocIdOf } from '../../src/kernel/index.ts'
import { createModelPlatform } from '../../src/model/index.ts'
import { readBootFile } from '../../src/cli/boot-file.ts'
import { runBoot } from '../../src/cli/boot-run.ts'
import { tcbOf } from '../../src/cli/tcb-report.ts'
import type { Tcb } from '../../src/cli/tcb-report.ts'
import { watchTrust } from '../../src/cli/trust-watch.ts'
import { freshFolder, tessera } from './run-cli.ts'

const minutes = 60_000
const example = 'boot/example-system.xml'

/** The trusted computing bases of these programs, from one run. */
const basesOf = async <Name extends string>(file: string, names: readonly Name[]): Promise<Record<Name, Tcb>> => {
  const files = await readBootFile(file)
  const { system } = files
  await using platform = createModelPlatform(system, { seed: 1 })
  const tiles = new Map(system.modules.map((module) => [nocIdOf(system, module), module.name]))
  const machine = {
    tileName: (id: number) => tiles.get(id) ?? '',
    register: (tile: string, offset: number) => platform.peekRegister(tile, offset),
  }
  const watches = names.map((name) => ({ name, watch: watchTrust(name, machine) }))
  const io = { out: () => {}, err: () => {}, interactive: false }
  const { ok } = await runBoot(platform, files, {
    ...{ limitCycles: 2_000_000, trace: undefined, io, quiet: true },
    progress: { show: () => {}, stage: () => {}, clear: () => {} },
    observe: (kernel) => watches.forEach(({ watch }) => watch.observe(kernel)),
  })
  expect(ok).toBe(true)
  const bases = watches.map(({ name, watch }) => [name, tcbOf(name, file, 'kernel', watch.parties() ?? [])])
  return Object.fromEntries(bases) as Record<Name, Tcb>
}

const names = (parties: readonly { readonly name: string }[]): readonly string[] => parties.map(({ name }) => name)

/** What one can do to another's memory. */
const memoryOf = ({ trusted }: Tcb, by: string): readonly string[] =>
  trusted
    .filter(({ name }) => name === by)
    .flatMap(({ reasons }) => reasons.filter(({ kind }) => kind === 'memory').map(({ what }) => what))

describe('A13: the example system of the talk', { timeout: 2 * minutes }, () => {
  let bases: Record<'control' | 'monitor' | 'm3fs' | 'pipes' | 'net' | 'fft', Tcb>

  beforeAll(async () => {
    bases = await basesOf(example, ['control', 'monitor', 'm3fs', 'pipes', 'net', 'fft'])
  }, 2 * minutes)

  test('a program has to trust the kernel, its resource manager, and those it has sessions and channels with', () => {
    expect(names(bases.monitor.trusted)).toEqual(['kernel', 'root', 'm3fs', 'net'])
    expect(names(bases.control.trusted)).toEqual(['kernel', 'root', 'm3fs', 'pipes', 'net', 'fft'])
  })

  test('Monitor and Control cannot affect each other but through the network that they share', () => {
    expect(names(bases.monitor.strangers)).toEqual(['pipes', 'control', 'fft'])
    expect(names(bases.control.strangers)).toEqual(['monitor'])
  })

  test('the file server and the pipe server are strangers to each other', () => {
    expect(names(bases.m3fs.strangers)).toContain('pipes')
    expect(names(bases.pipes.strangers)).toContain('m3fs')
  })

  test('the network cannot reach the memory of Control, the accelerator reaches the pipe there and nothing else', () => {
    expect(memoryOf(bases.control, 'net')).toEqual([])
    expect(memoryOf(bases.control, 'm3fs')).toEqual([])
    expect(memoryOf(bases.control, 'fft')).toEqual([expect.stringMatching(/^can reach 512 bytes .* \(w\)$/)])
    expect(memoryOf(bases.monitor, 'net')).toEqual([])
  })

  test('the clients of a service can send to it, and nothing else', () => {
    expect(names(bases.net.trusted)).toEqual(['kernel', 'root'])
    expect(names(bases.net.senders)).toEqual(['control', 'monitor'])
    expect(names(bases.m3fs.senders)).toEqual(['control', 'monitor', 'fft'])
  })

  test('the endpoints behind it were set up in the TCUs', () => {
    const reasons = bases.control.trusted.flatMap((party) => party.reasons)
    const endpoints = reasons.flatMap(({ endpoint }) => (endpoint === undefined ? [] : [endpoint]))

    expect(endpoints.length).toBeGreaterThan(10)
    expect(endpoints.filter(({ valid }) => !valid)).toEqual([])
  })
})

describe('tessera tcb', { timeout: minutes }, () => {
  test('prints who could affect a program, and draws it', async () => {
    const svg = join(freshFolder(), 'client.svg')

    const { code, out } = await tessera(['tcb', 'client', '--boot', 'boot/rpc.xml', '--svg', svg])

    expect(code).toBe(0)
    expect(out).toMatch(/^The trusted computing base of client \(user3\), in boot\/rpc.xml:\n/)
    expect(out).toMatch(/^ {2}kernel +kernel +runs on kernel, decides on every system call/m)
    expect(out).toMatch(/^ {2}root +user1 +owns its tile/m)
    expect(out).toMatch(/^ {2}server +user2 +answers its messages +capability 4 of client, EP 15 of user3$/m)
    expect(readFileSync(svg, 'utf8')).toContain('answers its messages')
  })

  test('as JSON it names capabilities and endpoints', async () => {
    const { out } = await tessera(['tcb', 'server', '--boot', 'boot/rpc.xml', '--json'])

    const { trusted, senders } = JSON.parse(out) as Tcb
    expect(names(trusted)).toEqual(['kernel', 'root'])
    expect(senders).toMatchObject([
      { name: 'client', reasons: [{ kind: 'messages', holder: 'client', endpoint: { tile: 'user3', valid: true } }] },
    ])
  })

  test('of a program that did not run says who did', async () => {
    const { code, err } = await tessera(['tcb', 'clent', '--boot', 'boot/rpc.xml', '--svg', '/nowhere/x.svg'])

    expect(code).toBe(2)
    expect(err).toBe(
      "tessera: no program 'clent' ran in boot/rpc.xml; there were root, server, client. Did you mean 'client'?\n",
    )
    expect(existsSync('/nowhere/x.svg')).toBe(false)
  })
})
