/** create_sem and sem_ctrl. Source: kernel sections 2.3 and 2.5. */
import { ensure } from '../errors.ts'
import { semaphore } from '../objects.ts'
import { semaphoreOperations } from '../system-calls.ts'
import { ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

const largestCount = 0xffff_ffffn

export const createSem: Handler<'createSem'> = (_kernel, caller, { dst, value }) => {
  ensureFree(caller, dst)
  ensure(value <= largestCount)
  caller.table.insert(dst, semaphore(value))
  return {}
}

export const semCtrl: Handler<'semCtrl'> = async (kernel, caller, { sem, op }) => {
  const { object } = caller.table.find(sem, 'semaphore')
  if (op === semaphoreOperations.up) {
    ensure(object.counter < largestCount)
    object.counter++
    kernel.threads.wake(object.changed)
    return {}
  }
  while (object.counter === 0n) {
    await kernel.suspend(object.changed, caller)
    ensure(!object.revoked, 'RecvGone')
  }
  object.counter--
  return {}
}
