/** I6, I8, I9, I16: tables, the forest of derivations, quotas, services. */
import assert from 'node:assert/strict'
import type { Capability } from '../../../src/kernel/capability.ts'
import { standardEpCount } from '../../../src/kernel/numbers.ts'
import type { Quota } from '../../../src/kernel/quota.ts'
import type { Invariant } from './invariant.ts'
import { living } from './view.ts'
import type { View } from './view.ts'

export const revocationCompleteness: Invariant = {
  id: 'I6',
  title: 'what was derived from a capability goes with it, and no endpoint outlives the capability behind it',
  check: ({ capabilities, endpoints }, past) => {
    const present = new Set(capabilities)
    for (const [capability, children] of past.children) {
      if (present.has(capability)) continue
      for (const child of children)
        assert.equal(present.has(child), false, `selector ${child.selector} outlived what it was derived from`)
    }
    for (const { active, ep } of endpoints)
      if (active !== undefined) assert.ok(present.has(active.capability), `EP ${ep} outlived its capability`)
  },
}

export const treeSoundness: Invariant = {
  id: 'I8',
  title: 'the derivations are a forest, and every capability is at its selector of one table',
  check: ({ activities, capabilities }) => {
    const present = new Set(capabilities)
    assert.equal(present.size, capabilities.length, 'a capability is in two tables')
    for (const { table } of activities)
      for (const capability of table.all()) {
        assert.equal(capability.table, table, 'a capability names another table')
        assert.equal(table.get(capability.selector), capability, 'a capability is at another selector')
      }
    for (const capability of capabilities) {
      const { parent, children, derived, object, selector } = capability
      if (derived) assert.equal(parent?.object, object, `the clone at ${selector} is of something else`)
      if (parent !== undefined) {
        assert.ok(present.has(parent), `the parent of ${selector} is in no table`)
        assert.ok(parent.children.has(capability), `the parent of ${selector} does not know it`)
      }
      for (const child of children) assert.equal(child.parent, capability, `a child of ${selector} has another parent`)
      const seen = new Set<Capability>()
      for (let up: Capability | undefined = capability; up !== undefined; up = up.parent) {
        assert.equal(seen.has(up), false, `${selector} is derived from itself`)
        seen.add(up)
      }
    }
  },
}

export const quotaConservation: Invariant = {
  id: 'I9',
  title: 'what is left, used and split off is the quota, and allocated endpoints are those that somebody owns',
  check: (view) => {
    const used = usedOf(view)
    for (const quota of view.quotas) {
      const parts = view.quotas.filter(({ parent }) => parent !== undefined && living(parent) === quota)
      const split = parts.reduce((sum, { total }) => sum + total, 0)
      assert.equal(quota.left + (used.get(quota) ?? 0) + split, quota.total, `quota ${quota.id} does not add up`)
    }
    for (const tile of view.kernel.tiles.values()) {
      const owned = view.endpoints.filter((ep) => ep.tile === tile && ep.activity !== undefined)
      const standard = view.activities.filter((activity) => activity.tile.tile === tile).length * standardEpCount
      const allocated = owned.reduce((sum, { replies }) => sum + 1 + replies, standard)
      assert.equal(tile.allocated, allocated, `endpoints of tile 0x${tile.id.toString(16)}`)
    }
  },
}

const usedOf = (view: View): ReadonlyMap<Quota, number> => {
  const used = new Map<Quota, number>()
  const use = (quota: Quota, amount: number): void => {
    const found = living(quota)
    used.set(found, (used.get(found) ?? 0) + amount)
  }
  for (const { payer, charge } of view.capabilities) use(payer, charge)
  for (const { quota, replies } of view.endpoints) if (quota !== undefined) use(quota, 1 + replies)
  for (const { tile } of view.activities) use(tile.quota, standardEpCount)
  return used
}

export const serviceDistrust: Invariant = {
  id: 'I16',
  title: 'sessions and creators of a service come from nobody but the service',
  check: ({ capabilities }) => {
    for (const { object, derived, table, parent, selector } of capabilities) {
      if (object.kind === 'serv' && !derived) {
        if (object.owner) assert.equal(table, object.service.owner.table, `the service at ${selector} is elsewhere`)
        else assert.equal(serviceOf(parent), object.service, `the creator at ${selector} is of no service`)
      }
      if (object.kind !== 'sess' || derived) continue
      assert.equal(table, object.service.owner.table, `the session at ${selector} was not made by its service`)
      assert.equal(serviceOf(parent), object.service, `the session at ${selector} is of another service`)
    }
  },
}

const serviceOf = (capability: Capability | undefined) =>
  capability?.object.kind === 'serv' ? capability.object.service : undefined
