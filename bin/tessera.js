#!/usr/bin/env node
// Starts the command line: checks that the packages are there, lets Node read TypeScript, calls main.
import { existsSync } from 'node:fs'

const packages = new URL('../node_modules/tsx/package.json', import.meta.url)
const main = new URL('../src/cli/main.ts', import.meta.url)

// A reader that went away (`tessera ... | head`) is not a fault.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

if (!existsSync(packages)) {
  console.error('tessera: the npm packages are not installed; run `npm start` (or `npm ci`) in this folder first')
  process.exitCode = 2
} else {
  try {
    const { register } = await import('tsx/esm/api')
    register()
    const cli = await import(main.href)
    process.exitCode = await cli.main(process.argv.slice(2))
  } catch (error) {
    console.error('tessera: internal fault; please report it with the lines below')
    console.error(error)
    process.exitCode = 2
  }
}
