/** The life of applications: start when what they need is there, wait, end. Source: services section 5.3. */
import { activityOperations, codeName, codes, systemCalls } from '#kernel'
import type { Child } from '../library/child.ts'
import { nextUpcall } from '../library/upcalls.ts'
import type { AppConfig } from '../root/config.ts'
import type { Context } from '../runtime/context.ts'
import type { ResourceManager } from './resource-manager.ts'

/** An application, and how to start it. */
export interface Planned {
  readonly app: AppConfig
  readonly start: () => Promise<Started>
}

/** A started application. */
export interface Started {
  readonly child: Child
  /** Revokes its activity, and takes back what was its alone. */
  readonly release: () => Promise<void>
}

/** An application that runs. */
interface Running extends Started {
  readonly app: AppConfig
  stopped: boolean
}

/** Cycles between two looks when nothing comes: the longer nothing came, the longer. */
const idleCycles = { first: 8, last: 128 }
const exitEvent = 1

/** Runs applications to the end of all that are no daemons; gives the first exit code that is not success. */
export const supervise = async (
  context: Context,
  manager: ResourceManager,
  planned: readonly Planned[],
): Promise<number> => {
  const waiting = [...planned]
  const running: Running[] = []
  let result: number = codes.Success
  let ending = false

  /** Starts all whose services are there; a start can be what others wait for. */
  const startReady = async (): Promise<void> => {
    for (const each of [...waiting]) {
      const missing = each.app.sessions.filter(({ waits, globalName }) => waits && !manager.isRegistered(globalName))
      if (missing.length > 0) continue
      waiting.splice(waiting.indexOf(each), 1)
      running.push({ app: each.app, ...(await each.start()), stopped: false })
      await watch()
    }
  }

  const watch = async (): Promise<void> => {
    const acts = running.map(({ child }) => child.selector)
    await context.calls.call(systemCalls.actWait, { event: exitEvent, count: acts.length, acts })
  }

  const ended = async (act: bigint, exitCode: number): Promise<void> => {
    const found = running.find(({ child }) => BigInt(child.selector) === act)
    if (found === undefined) return
    running.splice(running.indexOf(found), 1)
    await manager.removeClient(found.child)
    await found.release()
    if (running.length > 0) await watch()
    if (exitCode === codes.Success || found.stopped) return
    await context.print(`${found.child.name} ended with ${codeName(exitCode)}`)
    if (result === codes.Success) result = exitCode
  }

  /** Gives up those whose service has no provider any more. */
  const giveUpOrphans = async (): Promise<void> => {
    for (const each of [...waiting]) {
      const provided = [...running, ...waiting].flatMap(({ app }) => app.services.map(({ globalName }) => globalName))
      const lost = each.app.sessions.find(({ waits, globalName }) => waits && !provided.includes(globalName))
      if (lost === undefined) continue
      waiting.splice(waiting.indexOf(each), 1)
      await context.print(`${each.app.args[0] ?? ''} cannot start: the service '${lost.globalName}' is gone`)
      if (result === codes.Success) result = codes.NotFound
    }
  }

  const end = async (): Promise<void> => {
    ending = true
    await manager.shutdown()
    for (const each of running.filter(({ app }) => app.services.length === 0)) {
      each.stopped = true
      const request = { act: each.child.selector, op: activityOperations.stop, arg: 0 }
      await context.calls.call(systemCalls.actCtrl, request)
    }
  }

  let idle = idleCycles.first
  await startReady()
  while (running.length > 0 || waiting.length > 0) {
    let busy = await manager.turn()
    if ((await context.tcu.unread(context.standardEp('upcall'))) !== 0) {
      const upcall = await nextUpcall(context)
      if (upcall.kind === 'activity ended') await ended(upcall.act, upcall.exitCode)
      busy = true
    }
    if (busy) {
      await startReady()
      await giveUpOrphans()
      idle = idleCycles.first
      await context.serve()
      const onlyDaemons = waiting.length === 0 && running.every(({ app }) => app.daemon)
      if (onlyDaemons && !ending) await end()
    } else {
      await context.pause(idle)
      idle = Math.min(2 * idle, idleCycles.last)
    }
  }
  return result
}
