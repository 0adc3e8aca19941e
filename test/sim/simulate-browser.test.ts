/** The WebAssembly engine without Node. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

test('a page elaborates, compiles and runs a design', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-page-'))
  const page = `
    import { bit, input, module, output, reg, uint, when } from '#edsl'
    import { simulate } from '#sim/simulate/wasm'

    const counter = module('counter', { enable: input(bit), count: output(uint(8)) }, ({ enable, count }) => {
      const value = reg(uint(8), 0)
      when(enable, () => value.next(value.addWrap(1)))
      count.drive(value)
    })
    const sim = simulate(counter, { record: 'ports' })
    sim.io.enable.value = 1
    sim.step(3)
    export const count = sim.io.count.value
    export const text = sim.wave.text
    export const vcd = sim.wave.vcd()
    let message = ''
    try { sim.io.enable.value = 2 } catch (error) { message = error.message }
    export { message }
  `
  const bundle = join(directory, 'page.mjs')
  const { metafile, outputFiles } = await build({
    stdin: { contents: page, resolveDir: resolve('.'), loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    metafile: true,
  })
  const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external))
  writeFileSync(bundle, outputFiles[0]?.text ?? '')

  const result = (await import(/* @vite-ignore */ pathToFileURL(bundle).href)) as Record<string, unknown>

  expect(outside.map(({ path }) => path)).toEqual([])
  expect(result['count']).toBe(3)
  expect(result['text']).toBe(['cycle   0 1 2', 'enable  ▔▔▔▔▔▔', 'count   0 1 2'].join('\n'))
  expect(result['vcd']).toContain('$var wire 8 # count $end')
  expect(result['message']).toContain('2 does not fit `enable`')
  rmSync(directory, { recursive: true })
})
