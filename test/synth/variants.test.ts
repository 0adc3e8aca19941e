/** What people read and what simulators run is the same hardware. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { emitVerilog, type VerilogFile } from '#emit'
import type { Design, Module } from '#ir'
import { equivalent, type EquivalenceReport } from '#synth'
import { hdlDesigns } from './support/hdl-designs.ts'

const folder = mkdtempSync(join(tmpdir(), 'tessera-variants-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Modules that were compared, by the hash of their texts and of all below them. */
const seen = new Map<string, string>()

interface Variants {
  readonly readable: readonly VerilogFile[]
  readonly tool: readonly VerilogFile[]
}

const variantsOf = (design: Design): Variants => ({
  readable: emitVerilog(design),
  tool: emitVerilog(design, { variant: 'simulation', lines: 'source' }),
})

/** Hashes by the Verilog names of the modules; files come in the order of the modules. */
const hashesOf = (design: Design, { readable, tool }: Variants): ReadonlyMap<string, string> => {
  const modules = design.modules.filter(({ external }) => external === undefined)
  const hashes = new Map<Module, string>()
  modules.forEach((module, index) => {
    const below = module.instances.map((instance) => hashes.get(instance.module) ?? instance.module.name)
    const all = [readable[index]!.text, tool[index]!.text, ...below].join('\0')
    hashes.set(module, createHash('sha256').update(all).digest('hex'))
  })
  return new Map(modules.map((module, index) => [readable[index]!.module, hashes.get(module)!]))
}

const compare = async (design: Design, name: string): Promise<EquivalenceReport> => {
  const variants = variantsOf(design)
  const hashes = hashesOf(design, variants)
  if (seen.has(hashes.get(variants.readable.at(-1)!.module)!)) return { modules: [], ok: true }
  const known = new Set([...hashes].filter(([, hash]) => seen.has(hash)).map(([module]) => module))
  const written = (side: 'readable' | 'tool') => {
    const own = join(folder, `${name}_${side}`)
    mkdirSync(own)
    const paths = variants[side].map(({ module, name: file, text }) => {
      const path = join(own, file)
      writeFileSync(path, text)
      return [module, path] as const
    })
    const of = (closed: boolean) => paths.filter(([module]) => known.has(module) === closed).map(([, path]) => path)
    return {
      name: side,
      format: 'verilog',
      files: of(false),
      closed: of(true),
      top: variants.readable.at(-1)!.module,
    } as const
  }
  for (const [module, hash] of hashes) seen.set(hash, module)
  return equivalent(written('readable'), written('tool'), { seconds: 20 })
}

const compared = new Set<string>()
const files = new Set<string>()

test.each(hdlDesigns.map(([title, make], index) => [title, make, index] as const))(
  'the readable and the tool variant of every module are equivalent: %s',
  async (_, make, index) => {
    const design = elaborate(make())
    for (const { origin } of design.modules) files.add(relative(process.cwd(), origin.places[0]?.file ?? ''))

    const { modules } = await compare(design, `design${index}`)

    expect(modules.filter(({ verdict }) => verdict !== 'proved')).toEqual([])
    for (const { a } of modules) compared.add(a)
  },
  600_000,
)

test('no module of hdl/ is left out', () => {
  const describing = readdirSync('hdl', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('hdl', file))
    .filter((file) => /\bmodule\(/.test(readFileSync(file, 'utf8')))

  expect(describing.filter((file) => !files.has(file))).toEqual([])
  expect(compared.size).toBeGreaterThan(150)
})

test('a seeded difference of a part is found', async () => {
  const [, make] = hdlDesigns.find(([title]) => title === 'roundRobin(4)')!
  const design = elaborate(make())
  const [file] = emitVerilog(design)
  const written = (name: string, text: string) => {
    const path = join(folder, `${name}.v`)
    writeFileSync(path, text)
    return { name, format: 'verilog', files: [path] } as const
  }
  const changed = file!.text.replace(/ & /, ' | ')
  expect(changed).not.toBe(file!.text)

  const { modules, ok } = await equivalent(written('same', file!.text), written('changed', changed), { seconds: 20 })

  expect(ok).toBe(false)
  expect(modules.at(-1)).toMatchObject({ verdict: 'different', by: 'runs' })
}, 600_000)
