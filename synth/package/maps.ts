/** Register and memory maps, for people, C and scripts. */
import { accessOf, descriptorOf, registerWindow, type RegisterMap, type SystemModule } from '#layout'
import { registerHeader, registerTable } from '#report'
import type { Project, ProjectFile } from './project.ts'

/** `registers.md`, a C header per register map, and `maps.json`; nothing for designs without registers and memories. */
export const mapFiles = (project: Project): readonly ProjectFile[] => {
  const { maps, system } = project
  if (maps.length === 0 && system === undefined) return []
  return [
    { name: 'registers.md', text: maps.map((map) => `# ${map.name}\n\n${registerTable(map)}`).join('\n') },
    ...maps.map((map) => ({ name: `${map.name}.h`, text: registerHeader(map) })),
    { name: 'maps.json', text: `${JSON.stringify(mapsOf(project), undefined, 2)}\n` },
  ]
}

const mapsOf = ({ top, maps, system }: Project) => ({
  design: top,
  registers: Object.fromEntries(maps.map((map) => [map.name, registersOf(map)])),
  ...(system !== undefined && { chip: system.chip, modules: system.modules.map(moduleOf) }),
})

const registersOf = (map: RegisterMap) => ({
  base: map.base,
  wordBytes: map.wordBytes,
  registers: Object.entries(map.registers).map(([name, register]) => ({
    name,
    offset: register.at,
    count: register.count ?? 1,
    access: Object.fromEntries(map.sides.map((side) => [side, accessOf(register, side)])),
    ...(register.reset !== undefined && { reset: `0x${register.reset.toString(16)}` }),
    fields:
      register.shape.kind === 'struct'
        ? Object.entries(register.shape.fields).map(([field, { bits }]) => ({
            name: field,
            lsb: register.shape.kind === 'struct' ? register.shape.lsb[field] : 0,
            bits,
          }))
        : [],
    doc: register.doc,
  })),
})

/** Where a module is, and what is at which address of it. */
const moduleOf = (module: SystemModule) => ({
  name: module.name,
  kind: module.kind,
  id: module.mod,
  ...(module.kind !== 'host' && {
    descriptor: `0x${descriptorOf(module).toString(16)}`,
    memory: { base: module.memoryBase, bytes: module.memoryBytes },
    registers: { base: registerWindow },
  }),
})
