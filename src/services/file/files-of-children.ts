/** Files that a program passes on to those it starts, standard input and output among them. Source: services section 2.6. */
import { WordWriter } from '#kernel'
import type { Child } from '../library/child.ts'
import { resource } from '../library/resources.ts'
import type { Resource } from '../library/resources.ts'
import { exchangeWithSession } from '../library/session.ts'
import type { Context } from '../runtime/context.ts'
import type { File } from './file.ts'
import { openFileSession } from './file-system-client.ts'
import { fileOperations } from './protocol.ts'

/** Names of the files that every program of a pipeline has. */
export type StandardFile = 'stdin' | 'stdout'

/**
 * Gives a child a clone of the file behind the session and the send gate at `start`, at two free selectors of the child from
 * `selector` on. The clone has a position of its own, and outlives the file. Gives what the child's environment has to say of it.
 *
 * Rejects: CallError with the server's code or the kernel's.
 */
export const giveFile = async (
  context: Context,
  start: number,
  child: Child,
  selector: number,
  name: StandardFile,
): Promise<Resource> => {
  const range = { start: selector, count: 2 }
  const args = new WordWriter().word(fileOperations.cloneFile)
  await exchangeWithSession(context, start, 'obtain', range, args, child.selector)
  return { kind: 'file', name, selector, first: 0n, second: 0n }
}

/** The file that the parent gave under this name. Rejects: CallError NotFound. */
export const openStandard = (context: Context, name: StandardFile): Promise<File> =>
  openFileSession(context, resource(context, 'file', name).selector)
