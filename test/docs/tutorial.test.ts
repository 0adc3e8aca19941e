/** The tutorial: its files are written, its commands run in order, and what it shows is what comes out. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const repository = join(import.meta.dirname, '..', '..')
const folder = join(repository, 'docs', 'tutorial')
const pages = readdirSync(folder).filter((file) => /^\d-.*\.md$/.test(file))

// Inside of the repository, so that `#edsl` is found from there.
mkdirSync(join(repository, 'out', 'tutorial'), { recursive: true })
const workplace = mkdtempSync(join(repository, 'out', 'tutorial', 'run-'))

const block = /```(\w+)([^\n]*)\n([^]*?)```/g

interface Ended {
  readonly code: number
  readonly text: string
}

/** Runs a command of a page as its reader would, in the scratch folder. */
const run = (command: string): Promise<Ended> => {
  const [npx, tool, ...args] = command.split(' ')
  if (npx !== 'npx') throw new Error(`a page has a command that is not run: ${command}`)
  const [script, more] = {
    tessera: [join(repository, 'bin', 'tessera.js'), []],
    vitest: [
      join(repository, 'node_modules', 'vitest', 'vitest.mjs'),
      ['--root', workplace, '--config', join(repository, 'vitest.config.ts')],
    ],
  }[tool as 'tessera' | 'vitest'] as [string, string[]]
  const { VITEST: _, ...env } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...args, ...more],
      { cwd: workplace, encoding: 'utf8', env: { ...env, NO_COLOR: '1', FORCE_COLOR: '0' } },
      (error, out, err) => {
        const text = `${out}${tool === 'tessera' && error === null ? '' : err}`
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: text.trimEnd() })
      },
    )
  })
}

/** What differs from machine to machine. */
const settled = (text: string): string =>
  text
    .replace(/\d+\.\d+ s\b/g, 'N s')
    .replace(/\d+\.\d MHz/g, 'N MHz')
    .replace(/^ *(?=\S)/gm, (blanks) => blanks)

test.each(pages)(
  '%s runs, and shows what comes out',
  async (page) => {
    const text = readFileSync(join(folder, page), 'utf8')
    let read = ''
    let at = 0
    let output = ''
    for (const found of text.matchAll(block)) {
      const [whole, language, tag = '', body = ''] = found
      read += text.slice(at, found.index)
      at = found.index + whole.length
      const file = /^\/\/ ((?:mine|out)\/\S+)\n/.exec(body)?.[1]
      if (language === 'ts' && file !== undefined) {
        mkdirSync(dirname(join(workplace, file)), { recursive: true })
        writeFileSync(join(workplace, file), body.slice(body.indexOf('\n') + 1))
        read += whole
      } else if (language === 'sh') {
        const ended = await run(body.trim())
        expect(ended, `${body}${ended.text}`).toMatchObject({ code: tag.trim() === 'fails' ? 1 : 0 })
        output = ended.text.replaceAll(`${workplace}/`, '')
        read += whole
      } else if (language === 'text') {
        read += settled(body.trimEnd()) === settled(output) ? whole : `\`\`\`text\n${output}\n\`\`\``
      } else if (language === 'verilog' && file !== undefined) {
        read += `\`\`\`verilog\n// ${file}\n${readFileSync(join(workplace, file), 'utf8')}\`\`\``
      } else read += whole
    }
    read += text.slice(at)

    await expect(read).toMatchFileSnapshot(join(folder, page))
  },
  180_000,
)
