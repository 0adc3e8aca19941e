/**
 * The multiplexer of an exclusive tile, in the style of an accelerator: it answers every side call with (0, 0, 0), starts
 * the program on request and ends with act_ctrl on itself. Source: kernel section 9.2.
 */
import type { Tile } from '#model'
import {
  activityOperations,
  CallError,
  codes,
  decodeEnvironment,
  encodeRequest,
  environmentBytes,
  environmentStart,
  Malformed,
  selectors,
  standardEps,
  systemCalls,
  Tcu,
} from '#kernel'
import { Context, Stopped } from './context.ts'
import { largestImageBytes, programOf } from './image.ts'
import type { Program, ProgramObserver } from './program.ts'
import { muxMessageBuffer, serveSideCall } from './side-calls.ts'
import type { MuxState } from './side-calls.ts'

const idleCycles = 64

/** Serves side calls and runs programs until the kernel says Shutdown. */
export const runMux = async (
  tile: Tile,
  programs: ReadonlyMap<string, Program>,
  observer: ProgramObserver,
): Promise<void> => {
  const mux: MuxState = { tile, tcu: new Tcu(tile), requested: 'nothing' }
  while (mux.requested !== 'shutdown') {
    if (!(await serveSideCall(mux))) await tile.wait(idleCycles)
    if (mux.requested === 'start') await runProgram(mux, programs, observer)
    if (mux.requested === 'stop') mux.requested = 'nothing'
  }
}

const runProgram = async (
  mux: MuxState,
  programs: ReadonlyMap<string, Program>,
  observer: ProgramObserver,
): Promise<void> => {
  const { tile, tcu } = mux
  mux.requested = 'nothing'
  const environment = decodeEnvironment(tile.readMemory(environmentStart, environmentBytes))
  const name = programOf(tile.readMemory(Number(environment.entry), largestImageBytes))
  const program = programs.get(name ?? '')
  const title = environment.args[0] ?? name ?? 'program'
  observer.started?.(tile.id, title)
  let exitCode: number
  try {
    if (program === undefined) throw new CallError(codes.NoSuchFile, `there is no program '${name ?? ''}'`)
    const measured = observer.measured?.bind(observer, tile.id, title)
    exitCode = await program.main(new Context(mux, environment, measured))
  } catch (reason) {
    if (reason instanceof Stopped) {
      observer.ended?.(tile.id, title, codes.Unspecified)
      return
    }
    if (!(reason instanceof CallError || reason instanceof Malformed)) throw reason
    exitCode = reason instanceof CallError ? reason.code : codes.InvArgs
    await tcu.print(`${title} gave up: ${reason.message}\n`)
  }
  observer.ended?.(tile.id, title, exitCode)
  const exit = encodeRequest(systemCalls.actCtrl, {
    act: selectors.activity,
    op: activityOperations.stop,
    arg: exitCode,
  })
  tile.writeMemory(muxMessageBuffer, exit)
  // Nobody answers, and if the kernel took the endpoint away already, there is nobody to tell.
  await tcu.send(environment.firstStandardEp + standardEps.systemCall, muxMessageBuffer, exit.length)
}
