/** Bits that nothing reads are read by one wire, so that tools know that they are left out on purpose. */
import type { Module } from '#ir'
import { readsOfItem, unreadOf } from './reads.ts'
import { nameIn, scopeIn, type Scopes } from './scope.ts'
import type { SinkItem, VerilogItem, VerilogPort } from './verilog-tree.ts'

/** The wire, if there is anything to read. */
export const sinkItems = (
  module: Module,
  scopes: Scopes,
  ports: readonly VerilogPort[],
  items: readonly VerilogItem[],
  takeName: () => string,
): readonly SinkItem[] => {
  const scope = scopeIn(scopes, module)
  const outputs = new Set(
    module.instances.flatMap((instance) => {
      const name = nameIn(scope, scope.instances, instance)
      const child = scopeIn(scopes, instance.module)
      const driven = instance.module.ports.filter(({ role }) => role === 'output')
      return driven.map((port) => `${name}.${nameIn(child, child.signals, port)}`)
    }),
  )
  const inputs = ports.filter(({ direction }) => direction === 'input')
  const declared = [
    ...inputs.map(({ name, bits }) => ({ name, bits, depth: undefined })),
    ...items.filter((item) => item.kind === 'declaration'),
  ]
  return sinkOf(declared, items, (instance, port) => !outputs.has(`${instance}.${port}`), takeName)
}

/** The wire for what some items declare, and none of them reads. */
export const sinkOfItems = (items: readonly VerilogItem[], takeName: () => string): readonly SinkItem[] =>
  sinkOf(
    items.filter((item) => item.kind === 'declaration'),
    items,
    () => true,
    takeName,
  )

const sinkOf = (
  declared: Parameters<typeof unreadOf>[0],
  items: readonly VerilogItem[],
  isInput: (instance: string, port: string) => boolean,
  takeName: () => string,
): readonly SinkItem[] => {
  const parts = unreadOf(declared, (onRead) => {
    for (const item of items) readsOfItem(item, isInput, onRead)
  })
  return parts.length === 0 ? [] : [{ kind: 'sink', name: takeName(), parts }]
}
