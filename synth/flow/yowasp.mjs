// Runs a tool out of an npm package of YoWASP in the current directory, as a process of its own:
//   node yowasp.mjs PACKAGE TOOL INPUTS,... OUTPUTS,... ARGUMENTS...
import { readFileSync, writeFileSync } from 'node:fs'

const [name, tool, inputs, outputs, ...args] = process.argv.slice(2)
const { commands, Exit } = await import(name)
const files = Object.fromEntries(inputs.split(',').map((file) => [file, new Uint8Array(readFileSync(file))]))
const print = (bytes) => {
  if (bytes !== null) process.stderr.write(bytes)
}

const write = (tree) => {
  for (const file of outputs.split(',')) if (tree[file] !== undefined) writeFileSync(file, tree[file])
}

try {
  write(await commands[tool](args, files, { stdout: print, stderr: print }))
} catch (reason) {
  if (!(reason instanceof Exit)) throw reason
  write(reason.files)
  process.exitCode = reason.code
}
