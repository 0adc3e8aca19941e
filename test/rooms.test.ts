/** The import graph of this repository, and of small trees that break each rule once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { roomViolations } from '../tools/rooms.ts'

const repository = join(import.meta.dirname, '..')

describe('this repository', () => {
  test('no room imports what it may not', async () => {
    const violations = await roomViolations(repository)

    expect(violations).toEqual([])
  })
})

describe('the rules', () => {
  const trees: string[] = []
  afterEach(() => {
    for (const tree of trees.splice(0)) rmSync(tree, { recursive: true })
  })

  /** Where and why, for a tree of the given files beside an index in every room. */
  async function refusals(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const tree = mkdtempSync(join(tmpdir(), 'tessera-rooms-'))
    trees.push(tree)
    const imports: Record<string, string> = {}
    const all: Record<string, string> = {}
    for (const room of ['src/layout', 'src/edsl', 'src/model', 'src/kernel', 'src/cli', 'hdl/noc', 'hdl/tile']) {
      imports[room.replace('src/', '#').replace(/^hdl/, '#hdl')] = `./${room}/index.ts`
      all[`${room}/index.ts`] = 'export const thing = 1\nexport type Thing = number\n'
    }
    const packages = { type: 'module', imports, devDependencies: {} }
    Object.assign(all, files, { 'package.json': JSON.stringify(packages) })
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true })
      writeFileSync(join(tree, path), text)
    }
    return (await roomViolations(tree)).map(({ at, reason }) => `${at} ${reason}`)
  }

  test('what is drawn is accepted', async () => {
    const found = await refusals({
      'hdl/noc/router.ts': "import { thing } from '#edsl'\nimport { other } from './other.ts'\n",
      'hdl/noc/other.ts': "import type { Thing } from '#layout'\nexport const other = 1\n",
      'hdl/tile/tile.ts': "import { thing } from '#hdl/noc'\n",
      'src/kernel/main.ts': "import type { Thing } from '#model'\n",
      'src/cli/main.ts': "import { thing } from '#model'\nimport { other } from '#hdl/tile'\n",
      'test/noc/other.test.ts': "import { other } from '../../hdl/noc/other.ts'\n",
    })

    expect(found).toEqual([])
  })

  test('the model stays away from the language, and the hardware from the model', async () => {
    const found = await refusals({
      'src/model/one.ts': "// one\nimport { thing } from '#edsl'\n",
      'hdl/noc/two.ts': "import type { Thing } from '#model'\n",
    })

    expect(found).toEqual([
      'hdl/noc/two.ts:1 hdl/noc may import only src/edsl, src/layout, src/topology, hdl/lib',
      'src/model/one.ts:2 src/model may import only src/layout, src/topology, src/random',
    ])
  })

  test('hardware never imports upwards', async () => {
    const found = await refusals({ 'hdl/noc/up.ts': "export { thing } from '#hdl/tile'\n" })

    expect(found).toEqual(['hdl/noc/up.ts:1 hdl/noc may import only src/edsl, src/layout, src/topology, hdl/lib'])
  })

  test('a room is entered by its index', async () => {
    const found = await refusals({
      'hdl/noc/deep.ts': "\nimport { inner } from '../../src/layout/inner.ts'\n",
      'hdl/noc/byPath.ts': "import { thing } from '../../src/layout/index.ts'\n",
      'src/layout/inner.ts': 'export const inner = 1\n',
    })

    const reason = 'a room is entered by its index: import it by its name, such as #layout'
    expect(found).toEqual([`hdl/noc/byPath.ts:1 ${reason}`, `hdl/noc/deep.ts:2 ${reason}`])
  })

  test('a room does not enter itself by its index', async () => {
    const found = await refusals({ 'src/layout/inner.ts': "import { thing } from '#layout'\n" })

    expect(found).toEqual(['src/layout/inner.ts:1 inside a room, files import each other by path'])
  })

  test('the kernel sees only types of the model', async () => {
    const found = await refusals({ 'src/kernel/main.ts': "import { thing } from '#model'\n" })

    expect(found).toEqual(['src/kernel/main.ts:1 src/kernel may import only types from src/model'])
  })

  test('nothing imports the command line or the tests', async () => {
    const found = await refusals({
      'src/layout/a.ts': "import { thing } from '#cli'\n",
      'src/layout/b.ts': "import { help } from '../../test/support/help.ts'\n",
      'test/support/help.ts': 'export const help = 1\n',
    })

    expect(found).toEqual([
      'src/layout/a.ts:1 src/layout may import no other room',
      'src/layout/b.ts:1 src/layout may import no other room',
    ])
  })

  test('an import of nothing and a folder that is no room are told', async () => {
    const found = await refusals({
      'src/layout/a.ts': "import { thing } from './gone.ts'\n",
      'src/misc/b.ts': 'export const b = 1\n',
    })

    expect(found).toEqual([
      'src/layout/a.ts:1 nothing has this name',
      'src/misc/b.ts this folder is no room; name it in tools/rooms.ts',
    ])
  })
})
