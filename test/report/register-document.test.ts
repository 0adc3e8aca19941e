import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bit, oneOf, registerMap, struct, tcuRegisters, uint } from '#layout'
import { registerHeader, registerTable } from '#report'

const timer = registerMap({
  name: 'timer',
  wordBytes: 4,
  base: 0x4000_0000,
  sides: ['core', 'debugger'],
  registers: {
    COUNT: { at: 4, shape: uint(32), access: 'read', doc: 'Cycles left.' },
    CONTROL: {
      at: 0,
      shape: struct({ mode: oneOf('once', 'again'), prescale: uint(4), run: bit }),
      access: { core: 'read-write', debugger: 'read' },
      reset: 0n,
      doc: 'Starts it.',
    },
    COMPARE: { at: 0x10, shape: uint(16), access: 'write', count: 4, reset: 0xffffn, doc: 'When to tell.' },
  },
})

test('the table has registers in the order of their offsets, then the bits of each', () => {
  expect(`\n${registerTable(timer)}`).toBe(`
| Offset     | Register             | By core | By debugger | Reset  | Purpose       |
| ---------- | -------------------- | ------- | ----------- | ------ | ------------- |
| 0x00       | CONTROL              | RW      | RO          | 0x0    | Starts it.    |
| 0x04       | COUNT                | RO      | RO          | -      | Cycles left.  |
| 0x10 + 4·i | COMPARE[i], i = 0..3 | WO      | WO          | 0xFFFF | When to tell. |

**CONTROL**

| Bits | Field    | Values          |
| ---- | -------- | --------------- |
| 0    | run      |                 |
| 4:1  | prescale |                 |
| 5    | mode     | 0 once, 1 again |
`)
})

test('the C header compiles, and its macros have the values of the declaration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-'))
  writeFileSync(join(folder, 'timer.h'), registerHeader(timer))
  writeFileSync(
    join(folder, 'main.c'),
    `#include <stdio.h>
#include "timer.h"
int main(void) {
  printf("%x %x %x %x %d %d %d", TIMER_BASE, TIMER_CONTROL, TIMER_CONTROL_PRESCALE_MASK, TIMER_COMPARE,
         TIMER_COMPARE_COUNT, TIMER_CONTROL_PRESCALE_SHIFT, TIMER_CONTROL_MODE_AGAIN);
}
`,
  )

  execFileSync(
    process.env['CXX'] ?? 'g++',
    ['-x', 'c', '-std=c99', '-Wall', '-Wextra', '-Werror', '-o', 'main', 'main.c'],
    { cwd: folder },
  )

  expect(execFileSync(join(folder, 'main'), { encoding: 'utf8' })).toBe('40000000 0 1e 10 4 1 1')
})

test("the page on the TCU's registers is up to date", async () => {
  const page = `# Registers of the TCU

Made from \`tcuRegisters\` in \`src/layout/registers.ts\`. Software on the tile finds them at 0xF0000000; packets from the network
use the same offsets. RO is read only, RW read and write, WO write only, - reads 0 and ignores writes. A core whose
FEATURES.kernel is 1 also writes EP.

CORE_REQ to CUR_ACT are there in a TCU with virtual memory or context switching, and are written only while one of these bits of
FEATURES is 1, CUR_ACT while contextSwitch is; FLITS_BYP is there in one with PMP. What a TCU does not have reads 0. Of EP and
CORE_CFG the same is true: a TCU may have fewer endpoints, and has CORE_CFG 0 to 2.

${registerTable(tcuRegisters)}`

  await expect(page).toMatchFileSnapshot('../../docs/tcu-registers.md')
})
