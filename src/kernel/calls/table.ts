/** Which system calls this kernel handles: all of them. */
import type { SystemCallName } from '../system-calls.ts'
import { actCtrl, actWait, createActivity } from './activities.ts'
import { createMap, createMgate, createRgate, createSgate } from './create-gates.ts'
import { deriveSrv } from './derive-srv.ts'
import { deriveKmem, deriveMem, deriveTile } from './derive.ts'
import { activate, allocEp } from './endpoints.ts'
import { exchange, revoke } from './exchange.ts'
import type { Handler } from './handler.ts'
import { kmemQuota, mgateRegion, rgateBuffer, tileInfo, tileQuota } from './queries.ts'
import { createSem, semCtrl } from './semaphores.ts'
import { createSess, createSrv, exchangeSess, getSess } from './services.ts'
import { resetStats, tileMem, tileReset, tileSetPmp, tileSetQuota } from './tiles.ts'

const noop: Handler<'noop'> = () => ({})

export const handlers: { readonly [Name in SystemCallName]: Handler<Name> } = Object.freeze({
  createSrv,
  createSess,
  createMgate,
  createRgate,
  createSgate,
  createMap,
  createActivity,
  createSem,
  allocEp,
  activate,
  actCtrl,
  actWait,
  deriveMem,
  deriveKmem,
  deriveTile,
  deriveSrv,
  getSess,
  mgateRegion,
  rgateBuffer,
  kmemQuota,
  tileQuota,
  tileSetQuota,
  tileSetPmp,
  tileMem,
  tileInfo,
  tileReset,
  semCtrl,
  exchangeSess,
  exchange,
  revoke,
  resetStats,
  noop,
})
