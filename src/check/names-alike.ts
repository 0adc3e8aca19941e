/** HDL-0303: modules whose names some tools take for one. */
import type { Design } from '#ir'
import type { Finding } from './rule.ts'

/** Tells modules whose names differ only in upper and lower case, by the later one. */
export const namesAlike = ({ modules }: Design): ReadonlyMap<Design['top'], readonly Finding[]> => {
  const first = new Map<string, Design['top']>()
  const found = new Map<Design['top'], readonly Finding[]>()
  for (const module of modules) {
    const same = first.get(module.name.toLowerCase())
    if (same === undefined) first.set(module.name.toLowerCase(), module)
    else {
      const finding: Finding = {
        code: 'HDL-0303',
        title: `the modules ${same.name} and ${module.name} differ only in upper and lower case`,
        at: { origin: module.origin, note: 'on some disks their files are one, and VHDL takes the names for one' },
        also: [{ origin: same.origin, note: 'the other one' }],
        help: ['give one of them another name'],
      }
      found.set(module, [finding])
    }
  }
  return found
}
