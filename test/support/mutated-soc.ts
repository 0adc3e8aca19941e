/** The hardware descriptions with a text of theirs replaced: faults that are looked for. */
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { soc } from '#hdl/soc'

/** A replacement in one file of the hardware that applies exactly once. */
export interface Replacement {
  /** Path below the repository's root. */
  readonly file: string
  readonly find: string
  readonly put: string
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** How often `find` is in its file. */
export const placesOf = ({ file, find }: Replacement): number =>
  readFileSync(`${root}${file}`, 'utf8').split(find).length - 1

/** Replaces the text while the file is read; nothing is written back. */
const replacing = ({ file, find, put }: Replacement): Plugin => ({
  name: 'replacing',
  setup: (setup) => {
    // Hardware is taken along; the language and the tools are those of this process.
    setup.onResolve({ filter: /^#/ }, ({ path }) => (path.startsWith('#hdl/') ? undefined : { path, external: true }))
    setup.onLoad({ filter: /\.ts$/ }, ({ path }) =>
      path === `${root}${file}`
        ? { contents: readFileSync(path, 'utf8').replace(find, () => put), loader: 'ts' }
        : undefined,
    )
  },
})

let made = 0

/**
 * `soc` of the hardware with the text replaced.
 *
 * Rejects: an error when the text is not there exactly once.
 */
export const mutatedSoc = async (replacement: Replacement): Promise<typeof soc> => {
  const places = placesOf(replacement)
  if (places !== 1)
    throw new Error(
      `\`${replacement.find}\` is ${places} times in ${replacement.file} instead of once: ` +
        'the hardware has changed, and the fault has to follow',
    )
  const { outputFiles } = await build({
    entryPoints: [`${root}hdl/soc/index.ts`],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [replacing(replacement)],
    logLevel: 'silent',
  })
  // Inside of the repository: the names that begin with # are looked up from there.
  const file = `${root}.mutated-${process.pid}-${made++}.mjs`
  await writeFile(file, outputFiles[0]?.text ?? '')
  try {
    return ((await import(pathToFileURL(file).href)) as { soc: typeof soc }).soc
  } finally {
    await rm(file)
  }
}
