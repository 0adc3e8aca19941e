/** Programs by the names under which images refer to them. */
import { m3fs } from '../m3fs/server/m3fs.ts'
import { net } from '../net/server/net.ts'
import { pipes } from '../pipes/server/pipes.ts'
import { root } from '../root/root.ts'
import type { Program } from '../runtime/program.ts'
import { vterm } from '../vterm/server/vterm.ts'
import { acceleratorTour } from './accelerator-tour.ts'
import { cat } from './cat.ts'
import { attacker } from './attacker.ts'
import { control } from './control.ts'
import { fileTour } from './file-tour.ts'
import { grep } from './grep.ts'
import { greeter } from './greeter.ts'
import { hello } from './hello.ts'
import { intruder } from './intruder.ts'
import { journeys } from './journeys.ts'
import { memoryBorrower } from './memory-borrower.ts'
import { memoryOwner } from './memory-owner.ts'
import { monitor } from './monitor.ts'
import { pipeTour } from './pipe-tour.ts'
import { pipeline } from './pipeline.ts'
import { rpcClient } from './rpc-client.ts'
import { rpcServer } from './rpc-server.ts'
import { seq } from './seq.ts'
import { typist } from './typist.ts'
import { wc } from './wc.ts'
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
  journeys,
  pipes,
  pipeTour,
  pipeline,
  seq,
  cat,
  acceleratorTour,
  grep,
  wc,
  vterm,
  typist,
  control,
  monitor,
  attacker,
  net,
  greeter,
]

/** All registered programs. */
export const programs: ReadonlyMap<string, Program> = new Map(all.map((program) => [program.name, program]))
