/** Tests that fail leave waveforms. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('a test that fails leaves the last edges of its simulators, one that does not leaves nothing', () => {
  const waves = mkdtempSync(join(tmpdir(), 'tessera-waves-'))
  const run = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/wave/failing-fixture.config.ts'],
    { env: { ...process.env, WAVES: waves }, encoding: 'utf8' },
  )

  expect(run.status).toBe(1)
  expect(readdirSync(waves).sort()).toEqual([
    'a-counter-that-counts-to-300-no.vcd',
    'two-counters-2.vcd',
    'two-counters.vcd',
  ])
  expect(run.stderr).toContain(`waveform: ${join(waves, 'a-counter-that-counts-to-300-no.vcd')}`)
  const text = readFileSync(join(waves, 'a-counter-that-counts-to-300-no.vcd'), 'utf8')
  expect(text.split('\n').filter((line) => line.startsWith('#'))[0]).toBe('#2960000')
  expect(text).toContain('#3000000')
  rmSync(waves, { recursive: true })
})
