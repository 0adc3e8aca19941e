/** What the sessions of m3fs are: file systems and files. Source: services sections 3.2, 3.4 and 3.5. */
import { CallError, codes } from '#kernel'
import type { ClientFile } from './client-file.ts'

/** Sessions that share a limit on open files. Services section 3.2. */
export interface SessionTree {
  readonly mostFiles: number
  openFiles: number
}

/** The file system as a client sees it, with files that have no session of their own. */
export interface MetaSession {
  readonly kind: 'meta'
  readonly tree: SessionTree
  /** Selectors of endpoints that private files can use, by index. */
  readonly endpoints: number[]
  readonly files: Map<number, ClientFile & { readonly endpointIndex: number }>
}

/** One file with a session of its own. */
export interface FileSession extends ClientFile {
  readonly kind: 'file'
  readonly tree: SessionTree
}

export type M3fsSession = MetaSession | FileSession

export const newMeta = (tree: SessionTree): MetaSession => ({ kind: 'meta', tree, endpoints: [], files: new Map() })

/** Counts one more open file while `open` makes it. Rejects: CallError NoSpace. */
export const countFile = async <T>(tree: SessionTree, open: () => Promise<T>): Promise<T> => {
  if (tree.openFiles >= tree.mostFiles) throw new CallError(codes.NoSpace, 'too many open files')
  tree.openFiles++
  try {
    return await open()
  } catch (reason) {
    tree.openFiles--
    throw reason
  }
}

/** The lowest number that no private file has; 0 stands for a session's own file. */
export const freeFileId = ({ files }: MetaSession): number => {
  let id = 1
  while (files.has(id)) id++
  return id
}
