// Runs a tool of @yowasp/nextpnr-ice40 in the current directory, as a process of its own:
//   node yowasp-ice40.mjs TOOL INPUTS,... OUTPUTS,... ARGUMENTS...
import { readFileSync, writeFileSync } from 'node:fs'
import { commands, Exit } from '@yowasp/nextpnr-ice40'

const [tool, inputs, outputs, ...args] = process.argv.slice(2)
const files = Object.fromEntries(inputs.split(',').map((name) => [name, new Uint8Array(readFileSync(name))]))
const print = (bytes) => {
  if (bytes !== null) process.stderr.write(bytes)
}

const write = (tree) => {
  for (const name of outputs.split(',')) if (tree[name] !== undefined) writeFileSync(name, tree[name])
}

try {
  write(await commands[tool](args, files, { stdout: print, stderr: print }))
} catch (reason) {
  if (!(reason instanceof Exit)) throw reason
  write(reason.files)
  process.exitCode = reason.code
}
