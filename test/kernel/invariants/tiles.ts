/** I2, I14, I15: privilege, death, and tiles that do what they like. */
import assert from 'node:assert/strict'
import { features, field, registers } from '#layout'
import { standardEpCount } from '../../../src/kernel/numbers.ts'
import type { Invariant } from './invariant.ts'
import { placeOf } from './view.ts'

export const privilege: Invariant = {
  id: 'I2',
  title: 'only the kernel tile is privileged',
  check: ({ kernel, machine }) => {
    for (const tile of kernel.tiles.keys())
      assert.equal(
        field(features, 'kernel', machine.register(tile, registers.FEATURES)),
        0,
        `tile 0x${tile.toString(16)} is privileged`,
      )
  },
}

export const death: Invariant = {
  id: 'I14',
  title: 'a dead activity has no endpoint and no capability, and its number is not given away before it is removed',
  check: ({ kernel, activities, valid, endpoints }, past) => {
    for (const [id, activity] of kernel.activities) {
      assert.equal(activity.id, id)
      assert.equal(activity.removed, false, `activity ${id} was removed and is still there`)
      const before = past.byId.get(id)
      if (before !== undefined && before !== activity)
        assert.ok(before.removed, `the number ${id} was given away while its owner was there`)
    }
    for (const activity of activities.filter(({ alive }) => !alive)) {
      const { id } = activity.tile.tile
      assert.equal(activity.table.size, 0, `activity ${activity.id} is dead and has capabilities`)
      assert.equal(activity.eps.size, 0, `activity ${activity.id} is dead and has endpoints`)
      assert.equal(activity.call, undefined, `activity ${activity.id} is dead and makes a call`)
      assert.equal(activity.wait, undefined, `activity ${activity.id} is dead and waits`)
      for (let ep = 0; ep < standardEpCount; ep++) {
        const place = placeOf({ tile: id, ep: activity.epsStart + ep })
        assert.equal(valid.has(place), false, `activity ${activity.id} is dead and ${place} is valid`)
      }
    }
    for (const { activity, ep } of endpoints)
      if (activity !== undefined) assert.ok(activity.alive, `EP ${ep} belongs to a dead activity`)
  },
}

/** Time that the kernel may take to notice, in nanoseconds: it does one thing at a time. */
const noticing = 2_000_000n

export const silence: Invariant = {
  id: 'I15',
  title: 'nobody who does not answer is waited for longer than a multiplexer or a service may take',
  check: ({ kernel, machine }) => {
    const now = machine.register(kernel.tile, registers.CUR_TIME)
    for (const { since, patience } of kernel.queues.outstanding)
      assert.ok(now - since < patience + noticing, 'the kernel waits for somebody who does not answer')
  },
}
