/** Directories of an image: every name means something, and every inode has as many names as links. */
import { isSet } from './bitmap.ts'
import type { Check, CheckedInode } from './check-image.ts'
import { DamagedImage } from './damaged.ts'
import { readEntries } from './directory-block.ts'
import { isDirectory } from './inode.ts'
import { isSelfOrParent } from './paths.ts'

/** Directories looked at between two reports of progress. */
const directoriesPerReport = 64

/** A directory on the way from the root. */
interface Visit {
  readonly path: string
  readonly number: number
  readonly parent: number
}

interface Name {
  readonly name: string
  readonly inode: number
}

/** Walks all directories from the root; gives how many there are. */
export const checkNames = async (check: Check, root: number): Promise<number> => {
  const { findings, inodes } = check
  const names = new Map<number, number>()
  const visited = new Set<number>()
  const top = inodes.get(root)
  if (top === undefined || !isDirectory(top.inode))
    findings.damage('root', `inode ${root}: the root directory is missing or no directory`)
  const waiting: Visit[] = top === undefined ? [] : [{ path: '/', number: root, parent: root }]
  for (let next = 0; next < waiting.length; next++) {
    if (next % directoriesPerReport === 0) await check.progress(check.superblock.totalInodes)
    const visit = waiting[next] as Visit
    const directory = inodes.get(visit.number)
    if (directory === undefined || !isDirectory(directory.inode)) continue
    if (visited.has(visit.number)) {
      findings.damage('directory-names', `${visit.path}: directory ${visit.number} has a second name`)
      continue
    }
    visited.add(visit.number)
    const entries = await readDirectory(check, visit.path, directory)
    checkSelfAndParent(check, visit, entries)
    for (const { name, inode } of distinct(check, visit.path, entries)) {
      names.set(inode, (names.get(inode) ?? 0) + 1)
      const path = `${visit.path}${name}`
      if (!isSet(check.inodeBits, inode) || inode >= check.superblock.totalInodes)
        findings.damage('dangling-name', `${path}: inode ${inode} is not in use`)
      else if (!isSelfOrParent(name)) waiting.push({ path: `${path}/`, number: inode, parent: visit.number })
    }
  }
  checkLinks(check, names, visited)
  return visited.size
}

const readDirectory = async ({ buffer, findings }: Check, path: string, { inode, blocks }: CheckedInode) => {
  if (inode.size % buffer.blockBytes !== 0)
    findings.damage('directory-size', `${path}: a directory of ${inode.size} bytes does not fill its last block`)
  const all: Name[] = []
  for (const block of blocks)
    try {
      all.push(...readEntries(await buffer.read(block), `${path}, block ${block}`))
    } catch (reason) {
      if (!(reason instanceof DamagedImage)) throw reason
      findings.damage('directory-block', reason.message)
    }
  return all
}

const checkSelfAndParent = ({ findings }: Check, { path, number, parent }: Visit, entries: readonly Name[]): void => {
  for (const [name, wanted] of [
    ['.', number],
    ['..', parent],
  ] as const) {
    const found = entries.find((entry) => entry.name === name)
    if (found?.inode === wanted) continue
    const what = found === undefined ? 'is missing' : `is inode ${found.inode} instead of ${wanted}`
    findings.damage('self-or-parent', `${path}: "${name}" ${what}`)
  }
}

function* distinct({ findings }: Check, path: string, entries: readonly Name[]): Generator<Name> {
  const seen = new Set<string>()
  for (const entry of entries) {
    if (seen.has(entry.name)) findings.damage('duplicate-name', `${path}${entry.name}: the name is there twice`)
    else yield entry
    seen.add(entry.name)
  }
}

const checkLinks = (check: Check, names: ReadonlyMap<number, number>, visited: ReadonlySet<number>): void => {
  const { findings, inodes } = check
  for (const [number, { inode }] of inodes) {
    const count = names.get(number) ?? 0
    if (count === 0 && inode.links === 0) findings.waste('inode-lost', `inode ${number}: in use, but without a name`)
    else if (isDirectory(inode) && !visited.has(number))
      findings.damage('directory-lost', `inode ${number}: a directory without a way to it from the root`)
    else if (count !== inode.links)
      findings.damage('link-count', `inode ${number}: ${inode.links} links, but ${count} names`)
  }
}
