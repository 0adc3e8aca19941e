/** The ids of a system for programs: as TypeScript, C and JSON. NoC section 13. */
import { type Network, showMod } from '#topology'

/** Languages of the lists. */
export const idForms = ['typescript', 'c', 'json'] as const

export type IdForm = (typeof idForms)[number]

/** The list of a network's modules: names, 8-bit module ids, and 14-bit ids with the chip. */
export const idList = (network: Network, form: IdForm): string => {
  const { name, chip, modules } = network
  const rows = modules.map((module) => ({ ...module, id: (chip << 8) | module.mod }))
  switch (form) {
    case 'typescript':
      return [
        `/** Module ids of the system ${name}. */`,
        'export const moduleIds = {',
        ...rows.map((row) => `  ${row.name}: ${hex(row.id)}, // ${row.kind}`),
        '} as const',
        '',
      ].join('\n')
    case 'c': {
      const guard = `${name.toUpperCase()}_IDS_H`
      const wide = Math.max(...rows.map((row) => row.name.length))
      return [
        `/* Module ids of the system ${name}: chip << 8 | module. */`,
        `#ifndef ${guard}`,
        `#define ${guard}`,
        '',
        ...rows.map(
          (row) =>
            `#define ${name.toUpperCase()}_${row.name.toUpperCase().padEnd(wide)} ${hex(row.id)} /* ${row.kind} */`,
        ),
        '',
        '#endif',
        '',
      ].join('\n')
    }
    case 'json':
      return `${JSON.stringify(
        {
          system: name,
          chip,
          modules: rows.map((row) => ({ name: row.name, kind: row.kind, mod: showMod(row.mod), id: hex(row.id) })),
        },
        undefined,
        2,
      )}\n`
  }
}

const hex = (id: number): string => `0x${id.toString(16).padStart(4, '0')}`
