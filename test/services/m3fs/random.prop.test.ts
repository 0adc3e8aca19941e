import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CallError, codes } from '../../../src/kernel/index.ts'
import type { File } from '../../../src/services/file/file.ts'
import { bytes, create, findingsOf, freshImage, mount, read, write } from './image.ts'
import type { ImageOptions, Mounted } from './image.ts'
import { ReferenceFileSystem } from './reference.ts'
import type { ReferenceFile } from './reference.ts'

/** A file open in both file systems. */
interface Both {
  readonly real: File
  readonly reference: ReferenceFile
}

interface State {
  readonly mounted: Mounted
  readonly reference: ReferenceFileSystem
  readonly open: Both[]
}

/** One operation on both; a failing run prints its title. */
class Step {
  readonly title: string
  readonly act: (state: State) => Promise<void>

  constructor(title: string, act: (state: State) => Promise<void>) {
    this.title = title
    this.act = act
  }

  toString(): string {
    return this.title
  }
}

/** What both did, or the code with which they refused. */
const outcome = async (operation: () => unknown): Promise<unknown> => {
  try {
    return (await operation()) ?? 'done'
  } catch (reason) {
    if (reason instanceof CallError) return reason.code
    throw reason
  }
}

const compare = async (real: () => unknown, reference: () => unknown): Promise<void> => {
  const [expected, found] = [await outcome(reference), await outcome(real)]
  expect(found).toEqual(expected)
}

const name = fc.constantFrom('a', 'b', 'c', 'dir', '.', '..', 'a-longer-name-for-a-file')
const path = fc.array(name, { minLength: 0, maxLength: 3 }).map((names) => `/${names.join('/')}`)
const size = fc.oneof(fc.nat(40), fc.nat(3000))
const index = fc.nat(7)

const byPath = <A extends readonly unknown[]>(
  operation: 'mkdir' | 'rmdir' | 'link' | 'unlink' | 'rename',
  ...args: { readonly [I in keyof A]: fc.Arbitrary<A[I]> }
): fc.Arbitrary<Step> =>
  fc.tuple(...(args as unknown as fc.Arbitrary<string>[])).map(
    (values) =>
      new Step(`${operation} ${values.join(' ')}`, async ({ mounted, reference }) => {
        const act = (target: object) => () =>
          (target[operation as keyof typeof target] as (...all: string[]) => unknown).call(target, ...values)
        await compare(act(mounted.system), act(reference))
      }),
  )

const openStep = fc
  .tuple(path, fc.constantFrom(read, write, read | write, read | create, read | write | create, write | 8 | create))
  .map(
    ([where, flags]) =>
      new Step(`open ${where} with flags ${flags}`, async ({ mounted, reference, open }) => {
        if (open.length > 5 || ((flags & 8) !== 0 && reference.isOpen(where))) return
        let [real, model]: [File | undefined, ReferenceFile | undefined] = [undefined, undefined]
        const found = await outcome(async () => {
          real = await mounted.open(where, flags)
        })
        const expected = await outcome(() => {
          model = reference.open(where, flags)
        })
        expect(found).toEqual(expected)
        if (real === undefined || model === undefined) return
        const both: Both = { real, reference: model }
        if (both.reference.isDirectory) await closeBoth(both)
        else open.push(both)
      }),
  )

const closeBoth = async ({ real, reference }: Both): Promise<void> => {
  await real.close()
  reference.close()
}

const onFile = (
  title: string,
  values: fc.Arbitrary<number>,
  real: (file: File, value: number) => Promise<unknown>,
  reference: (file: ReferenceFile, value: number) => unknown,
  when: (file: ReferenceFile) => boolean = () => true,
): fc.Arbitrary<Step> =>
  fc.tuple(index, values).map(
    ([which, value]) =>
      new Step(`${title} of file ${which} with ${value}`, async ({ open }) => {
        const both = open[which % Math.max(1, open.length)]
        if (both === undefined || !when(both.reference)) return
        await compare(
          () => real(both.real, value),
          () => reference(both.reference, value),
        )
      }),
  )

const closeStep = index.map(
  (which) =>
    new Step(`close file ${which}`, async ({ open }) => {
      const [both] = open.splice(which, 1)
      if (both !== undefined) await closeBoth(both)
    }),
)

/**
 * Everything that is written is committed at once, and no file is shortened under another user's window, so that the
 * reference needs no windows.
 */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: byPath('mkdir', path) },
  { weight: 1, arbitrary: byPath('rmdir', path) },
  { weight: 1, arbitrary: byPath('link', path, path) },
  { weight: 2, arbitrary: byPath('unlink', path) },
  { weight: 2, arbitrary: byPath('rename', path, path) },
  { weight: 6, arbitrary: openStep },
  { weight: 2, arbitrary: closeStep },
  {
    weight: 8,
    arbitrary: onFile(
      'write',
      size,
      async (file, length) => {
        await file.write(bytes(length, length))
        await file.flush()
      },
      (file, length) => file.write(bytes(length, length)),
    ),
  },
  {
    weight: 4,
    arbitrary: onFile(
      'read',
      size,
      (file, length) => file.readAll(length),
      (file, length) => file.read(length),
    ),
  },
  {
    weight: 4,
    arbitrary: onFile(
      'seek',
      size,
      (file, to) => file.seek(to),
      (file, to) => file.seek(to),
    ),
  },
  {
    weight: 2,
    arbitrary: onFile(
      'seek to the end',
      fc.constant(0),
      (file) => file.seek(0, 'end'),
      (file) => file.seek(Infinity),
    ),
  },
  {
    weight: 2,
    arbitrary: onFile(
      'truncate',
      size,
      (file, to) => file.truncate(to),
      (file, to) => file.truncate(to),
      (file) => file.isAlone,
    ),
  },
  {
    weight: 1,
    arbitrary: onFile(
      'size',
      fc.constant(0),
      async (file) => (await file.stat()).size,
      (file) => file.size,
    ),
  },
)

/** Directories and files with their contents, by path. */
const contents = async (mounted: Mounted, at = ''): Promise<Record<string, unknown>> => {
  const all: Record<string, unknown> = {}
  for (const { name } of await mounted.system.list(at)) {
    if (name === '.' || name === '..') continue
    const where = `${at}/${name}`
    const inode = await mounted.system.lookup(where)
    if ((inode.mode & 0o040000) !== 0) Object.assign(all, { [where]: 'directory' }, await contents(mounted, where))
    else {
      const file = await mounted.open(where, read)
      all[where] = await file.readAll()
      await file.close()
    }
  }
  return all
}

test.each([
  ['first fit', () => ({})],
  ['extents of one block in random places', () => ({ extentBlocks: 1, placement: random(7) })],
  ['extents of three blocks, appends of five', () => ({ extentBlocks: 3, appendBlocks: 5 })],
] as readonly (readonly [string, () => ImageOptions])[])(
  'any operations do what they do to a plain file system in memory, and the image passes the check after each: %s',
  { timeout: 120_000 },
  async (_, options) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const mounted = await freshImage({ ...options(), blocks: 900, inodes: 60 })
        const before = mounted.volume.superblock
        const state: State = { mounted, reference: new ReferenceFileSystem(), open: [] }
        for (const { title, act } of steps) {
          await act(state)
          expect({ title, findings: await wrong(state) }).toEqual({ title, findings: [] })
        }
        for (const both of state.open) await closeBoth(both)

        await mounted.volume.flush()
        const again = await mount(mounted.image)
        expect(await contents(again)).toEqual(state.reference.contents())
        await removeAll(mounted)
        expect(await findingsOf(mounted)).toEqual([])
        const { freeBlocks, freeInodes } = mounted.volume.superblock
        expect([freeInodes, freeBlocks]).toEqual([before.freeInodes, before.freeBlocks])
      }),
      { seed: 1, numRuns: 60 },
    )
  },
)

/** What a check finds, apart from files that lost their names while they are open. */
const wrong = async ({ mounted, open }: State): Promise<readonly string[]> => {
  const findings = await findingsOf(mounted)
  return open.length === 0 ? findings : findings.filter((finding) => !finding.startsWith('inode-lost'))
}

const removeAll = async ({ system }: Mounted, at = ''): Promise<void> => {
  for (const { name } of await system.list(at)) {
    if (name === '.' || name === '..') continue
    const where = `${at}/${name}`
    try {
      await system.unlink(where)
    } catch (reason) {
      if (!(reason instanceof CallError) || reason.code !== codes.IsDir) throw reason
      await removeAll({ system } as Mounted, where)
      await system.rmdir(where)
    }
  }
}

/** Numbers from 0 up to 1, the same for the same seed. */
const random = (seed: number) => (): number => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31
  return seed / 2 ** 31
}
