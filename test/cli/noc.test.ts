/** `tessera noc`: what it prints of described systems, and what it says of mistakes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'

const quad = 'examples/systems/quad.json'
const ring = 'examples/systems/ring.ts'
const deadlock = 'examples/systems/deadlock.json'

/** A file with this text. */
const fileWith = (text: string, name = 'system.json'): string => {
  const path = join(freshFolder(), name)
  writeFileSync(path, text)
  return path
}

describe('check', () => {
  test('tells routers, modules, classes and ids', async () => {
    const { code, out, err } = await tessera(['noc', 'check', quad])

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('mesh, 4 routers, 10 modules, 2 classes on 1 plane, xy, sourceWeighted')
    expect(out).toMatch(/no circle among \d+ dependencies of \d+ channels/)
    expect(out).toMatch(/0x06 {2}kernel +compute +x0_y1/)
  })

  test('reads TypeScript, and derives four classes from cached tiles', async () => {
    const { code, out } = await tessera(['noc', 'check', ring, '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      system: 'ring_of_eight',
      classes: 4,
      planes: [
        [0, 2],
        [1, 3],
      ],
    })
  })

  test('tells a circle with its channels and routes, and exits with 1', async () => {
    const text = await tessera(['noc', 'check', deadlock])
    const json = await tessera(['noc', 'check', deadlock, '--json'])

    expect(text).toMatchObject({ code: 1, out: '' })
    expect(text.err).toContain('NOC-0201: packets can wait for each other in a circle of 4 channels')
    expect(text.err).toContain(
      'r0 to clockwise (class 0, vc 0) waits for r1 to clockwise (class 0, vc 0): a packet from a to c goes on',
    )
    expect(text.err).toContain("at network.routing, line 4; to break it, use routing 'dateline'")
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      faults: [{ code: 'NOC-0201', line: 4, cycle: [{}, {}, {}, {}] }],
    })
  })

  test('tells mistakes of values with line, column and a fix, all at once', async () => {
    const path = fileWith(`{
  "name": "quad",
  "network": { "topology": { "kind": "mesh", "columns": 9, "rows": 2 }, "dept": 4 },
  "tiles": [
    { "kind": "compute", "name": "Kernel" },
    { "kind": "dsp", "name": "x" }
  ]
}`)

    const { code, err } = await tessera(['noc', 'check', path])

    expect(code).toBe(1)
    expect(err.split('\n').map((line) => line.replace(`${path}: `, ''))).toEqual([
      "NOC-0302: network has no 'dept' (at network.dept, line 3, column 81); did you mean 'depth'?",
      'NOC-0302: tiles[0].name: expected small letters, digits and _, with a letter first (at tiles[0].name, line 5, column 34); see `tessera noc schema`',
      'NOC-0302: tiles[1].kind is of no known kind (at tiles[1].kind, line 6, column 15); see `tessera noc schema` for the kinds',
      '',
    ])
  })

  test('tells mistakes of the network at the module that makes them', async () => {
    const path = fileWith(`{
  "name": "pair",
  "network": { "topology": { "kind": "mesh", "columns": 1, "rows": 1 } },
  "tiles": [
    { "kind": "compute", "name": "a", "id": "0x00" },
    { "kind": "compute", "name": "b", "id": "0x00" }
  ]
}`)

    expect((await tessera(['noc', 'check', path])).err).toBe(
      `${path}: NOC-0107: modules a and b both have the id 0x00 (at tiles[1].id, line 6, column 45); give one of them another id\n`,
    )
  })

  test('tells what is no JSON, and what is no file', async () => {
    expect((await tessera(['noc', 'check', fileWith('{ "name": ')])).err).toContain(
      'NOC-0301: this is no JSON: value expected in line 1',
    )
    expect(await tessera(['noc', 'check', 'nowhere.json'])).toMatchObject({
      code: 2,
      err: 'tessera: nowhere.json: there is no such file\n',
    })
    expect((await tessera(['noc', 'check', 'README.md'])).err).toBe(
      'tessera: README.md: a description is a file *.json or *.ts\n',
    )
  })
})

describe('bound', () => {
  test('prints the bounds of one pair', async () => {
    const { code, out } = await tessera(['noc', 'bound', quad, '--from', 'user1', '--to', 'memory'])

    expect(code).toBe(0)
    expect(out.split('\n')[1]).toMatch(/^from +to +idle +one target +any traffic/)
    expect(out.split('\n')[2]).toMatch(/^user1 +memory +4 +[\d,]+ +\d\.\de\+\d+/)
  })

  test('prints all pairs as JSON', async () => {
    const { out } = await tessera(['noc', 'bound', quad, '--class', '1', '--json'])

    const { bounds } = JSON.parse(out) as {
      bounds: readonly { class: number; idle: number; oneTarget: number; any: number }[]
    }
    // Ten modules with each other, but no registers with registers.
    expect(bounds).toHaveLength(10 * 10 - 4 * 4)
    expect(bounds.every((each) => each.class === 1 && each.idle < each.oneTarget && each.oneTarget < each.any)).toBe(
      true,
    )
  })

  test('refuses classes and modules that are not there', async () => {
    expect((await tessera(['noc', 'bound', quad, '--class', '3'])).err).toBe(
      'tessera: there is no class 3; the network has 2 classes\n',
    )
    expect(await tessera(['noc', 'bound', quad, '--from', 'usr1'])).toMatchObject({
      code: 2,
      err: "tessera: there is no module 'usr1' in quad. Did you mean 'user1'?\n",
    })
  })
})

describe('view', () => {
  test('draws network and routes', async () => {
    const { code, out } = await tessera(['noc', 'view', quad, '--route', 'user1:memory'])

    expect(code).toBe(0)
    expect(XMLValidator.validate(out)).toBe(true)
    for (const name of ['kernel', 'x0_y0', 'user1 to memory: x1_y1, x0_y1, x0_y0'])
      expect(out).toContain(`>${name}</text>`)
  })

  test('draws the circle of a refused network into a file, and exits with 1', async () => {
    const output = join(freshFolder(), 'circle.svg')

    const { code, err } = await tessera(['noc', 'view', deadlock, '-o', output])

    const svg = readFileSync(output, 'utf8')
    expect(code).toBe(1)
    expect(err).toContain('NOC-0201')
    expect(XMLValidator.validate(svg)).toBe(true)
    expect(svg.match(/<path d="[^"]*" fill="none" stroke="#d1242f"/g)).toHaveLength(4)
  })

  test('refuses routes that are no pairs', async () => {
    expect((await tessera(['noc', 'view', quad, '--route', 'user1'])).err).toBe(
      "tessera: a route is source:target, not 'user1'\n",
    )
  })
})

test('ids come as TypeScript, C and JSON', async () => {
  const as = async (form: string): Promise<string> => (await tessera(['noc', 'ids', quad, '--as', form])).out

  expect(await as('typescript')).toContain('  kernel: 0x0006, // compute\n')
  expect(await as('c')).toMatch(/^#define QUAD_KERNEL +0x0006 \/\* compute \*\/$/m)
  expect(JSON.parse(await as('json'))).toMatchObject({
    system: 'quad',
    modules: [{ name: 'kernel', mod: '0x06', id: '0x0006' }, ...Array.from({ length: 9 }, () => ({}))],
  })
})

test('the schema is JSON Schema', async () => {
  const { out } = await tessera(['noc', 'schema'])

  expect(JSON.parse(out)).toMatchObject({ type: 'object', required: ['name', 'network', 'tiles'] })
})

test('generate takes a described system, and refuses what no whole system can have', async () => {
  const described = (tiles: string): string =>
    fileWith(`{
  "name": "tiny_system",
  "network": { "topology": { "kind": "mesh", "columns": 1, "rows": 1 }, "counters": false },
  "tiles": [${tiles}],
  "memories": [{ "kind": "memory", "name": "memory", "memoryBytes": 4096 }],
  "host": { "name": "host" }
}`)

  const made = await tessera(['generate', described(''), '-o', freshFolder()])
  const refused = await tessera(['generate', described('{ "kind": "cached", "name": "cpu" }'), '-o', freshFolder()])

  expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' })
  expect(made.out).toContain('the top is tiny_system')
  expect(refused.code).toBe(1)
  expect(refused.err).toContain("cpu is of kind 'cached' (at tiles[0].kind)")
})
