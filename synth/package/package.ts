/** Everything beside the Verilog that a folder of a generated design has. */
import { constraintsFile } from './constraints.ts'
import { fusesocFile } from './fusesoc.ts'
import { makefile } from './makefile.ts'
import { mapFiles } from './maps.ts'
import type { Project, ProjectFile } from './project.ts'

/** Constraints, Makefile, FuseSoC core file, and the maps of registers and memories. */
export const packageFiles = (project: Project): readonly ProjectFile[] => [
  constraintsFile(project),
  makefile(project),
  fusesocFile(project),
  ...mapFiles(project),
]
