/**
 * The multiplexer of an exclusive tile, in the style of an accelerator: it has one activity, keeps accounts of its quotas
 * without spending them, starts the program on request and ends with act_ctrl on itself. Source: kernel section 9.2.
 */
import { errorCodes } from '#layout'
import type { Tile } from '#model'
import {
  activityOperations,
  CallError,
  codes,
  decodeEnvironment,
  encodeRequest,
  environmentBytes,
  environmentStart,
  exitCall,
  Malformed,
  muxBuffers,
  muxEps,
  selectors,
  standardEps,
  systemCalls,
  Tcu,
} from '#kernel'
import type { ActivityEnvironment } from '#kernel'
import { Context, Stopped } from './context.ts'
import { largestImageBytes, programOf } from './image.ts'
import type { Program, ProgramObserver } from './program.ts'
import { muxMessageBuffer, newMux, serveSideCall } from './side-calls.ts'
import type { MuxState } from './side-calls.ts'

const idleCycles = 64

/** Serves side calls and runs programs until the kernel says Shutdown. */
export const runMux = async (
  tile: Tile,
  programs: ReadonlyMap<string, Program>,
  observer: ProgramObserver,
): Promise<void> => {
  const mux = newMux(tile, new Tcu(tile))
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
  await reportExit(mux, environment, exitCode)
}

/**
 * Tells the kernel that the activity ended: by a system call that nobody answers, or as a multiplexer's call when the
 * program used up the credit for system calls. If neither endpoint is left, the kernel knows already.
 */
const reportExit = async (mux: MuxState, environment: ActivityEnvironment, exitCode: number): Promise<void> => {
  const { tile, tcu } = mux
  const stop = { act: selectors.activity, op: activityOperations.stop, arg: exitCode }
  const systemCall = encodeRequest(systemCalls.actCtrl, stop)
  tile.writeMemory(muxMessageBuffer, systemCall)
  const ep = environment.firstStandardEp + standardEps.systemCall
  if ((await tcu.send(ep, muxMessageBuffer, systemCall.length)) !== errorCodes.NO_CREDITS) return
  const muxCall = exitCall.encode({ activity: environment.activity, status: exitCode })
  tile.writeMemory(muxMessageBuffer, muxCall)
  const { toKernel, kernelReplies } = muxEps
  if ((await tcu.send(toKernel, muxMessageBuffer, muxCall.length, kernelReplies)) !== errorCodes.NONE) return
  for (let reply = await tcu.fetch(kernelReplies, muxBuffers); ; reply = await tcu.fetch(kernelReplies, muxBuffers)) {
    if (reply !== undefined) {
      await tcu.acknowledge(kernelReplies, reply.offset)
      return
    }
    if (!(await serveSideCall(mux))) await tile.wait(idleCycles)
  }
}
