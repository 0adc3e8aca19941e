/** Programs by the names under which images refer to them. */
import { m3fs } from '../m3fs/server/m3fs.ts'
import { root } from '../root/root.ts'
import type { Program } from '../runtime/program.ts'
import { fileTour } from './file-tour.ts'
import { hello } from './hello.ts'
import { intruder } from './intruder.ts'
import { memoryBorrower } from './memory-borrower.ts'
import { memoryOwner } from './memory-owner.ts'
import { rpcClient } from './rpc-client.ts'
import { rpcServer } from './rpc-server.ts'
import { witness } from './witness.ts'

const all: readonly Program[] = [
  root,
  hello,
  rpcClient,
  rpcServer,
  memoryOwner,
  memoryBorrower,
  intruder,
  witness,
  m3fs,
  fileTour,
]

/** All registered programs. */
export const programs: ReadonlyMap<string, Program> = new Map(all.map((program) => [program.name, program]))
