/** Boots pipelines with accelerators on a system that has them. */
import { systems } from '../../../src/layout/index.ts'
import type { SystemDescription } from '../../../src/layout/index.ts'
import type { Platform } from '../../../src/model/index.ts'
import { bootFiles, server } from '../m3fs/boot.ts'
import type { FilesRun } from '../m3fs/boot.ts'
import { server as pipes } from '../pipes/boot.ts'

export const acceleratorSystem = systems.get('soc_3x2_accel') as SystemDescription

/** Opens the platform on which a suite runs. */
export type OpenPlatform = (system: SystemDescription) => Platform | Promise<Platform>

const usual = ['m3fs', 'pipes', 'pipeline', 'cat', 'wc']
const tiles = (type: string, count = 1): string => `<tiles type="${type}" count="${count}"/>`

/** Everything that a pipeline may use: sessions, two tiles for programs, all accelerators that there are. */
const rightsOn = ({ modules }: SystemDescription): string => {
  const logics = modules.flatMap((module) => (module.kind === 'accelerator' ? [module.logic] : []))
  return (
    `<sess name="m3fs"/><sess name="pipes"/><mod name="cat"/><mod name="wc"/>${tiles('core', 2)}` +
    [...new Set(logics)].map((logic) => tiles(logic, logics.filter((each) => each === logic).length)).join('')
  )
}

/** A command line as it stands in an attribute. */
const inAttribute = (command: string): string => command.replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** Runs `pipeline COMMAND` with those rights. `image` is what m3fs serves. */
export const runCommand = (
  command: string,
  image: Uint8Array,
  platform?: OpenPlatform,
  system: SystemDescription = acceleratorSystem,
): Promise<FilesRun> =>
  bootFiles({
    config: `${server()}${pipes}<dom><app args="pipeline ${inAttribute(command)}">${rightsOn(system)}</app></dom>`,
    uses: usual,
    images: { fs: image },
    system,
    ...(platform === undefined ? {} : { platform }),
  })
