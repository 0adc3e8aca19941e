/** Which system calls this kernel handles. */
import type { SystemCallName } from '../system-calls.ts'
import { actCtrl, actWait, createActivity } from './activities.ts'
import { deriveMem, exchange, noop, revoke, semCtrl } from './capabilities.ts'
import { createMgate, createRgate, createSem, createSgate } from './create-gates.ts'
import { activate, allocEp } from './endpoints.ts'
import type { Handler } from './handler.ts'
import { kmemQuota, mgateRegion, rgateBuffer, tileInfo, tileMem, tileQuota, tileReset } from './queries.ts'

/** Handlers by name; calls without one are answered NotSup. */
export const handlers: { readonly [Name in SystemCallName]?: Handler<Name> } = Object.freeze({
  createMgate,
  createRgate,
  createSgate,
  createActivity,
  createSem,
  allocEp,
  activate,
  actCtrl,
  actWait,
  deriveMem,
  mgateRegion,
  rgateBuffer,
  kmemQuota,
  tileQuota,
  tileMem,
  tileInfo,
  tileReset,
  semCtrl,
  exchange,
  revoke,
  noop,
})
