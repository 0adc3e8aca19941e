/** Whether names, ports, instances and memories of a module keep the promises of their nodes. */
import type { Instance, Module, ReadPort, Signal } from '#ir'
import type { Scope } from './scope.ts'
import { validateWidth } from './validate-expression.ts'

/** Adds what is wrong with a module's declarations. */
export const validateStructure = (module: Module, scope: Scope): void => {
  validateNames(module, scope)
  for (const port of module.ports) {
    if (port.role !== 'input' && port.role !== 'output') scope.fault(`port ${port.name} is a ${port.role}`)
  }
  for (const signal of module.signals) {
    if (signal.role === 'input' || signal.role === 'output')
      scope.fault(`${signal.name} is no port but an ${signal.role}`)
  }
  for (const signal of scope.signals) validateSignal(signal, scope)
  for (const memory of module.memories) {
    if (!Number.isInteger(memory.depth) || memory.depth < 1)
      scope.fault(`memory ${memory.name} of ${memory.depth} words`)
    if (!Number.isInteger(memory.bits) || memory.bits < 1) scope.fault(`memory ${memory.name} of ${memory.bits} bits`)
    const words = typeof memory.initial === 'bigint' ? [memory.initial] : (memory.initial ?? [])
    if (words.length > memory.depth) scope.fault(`memory ${memory.name} starts with ${words.length} words`)
    for (const word of words)
      if (!fits(word, memory.bits)) scope.fault(`memory ${memory.name} starts with ${word} in ${memory.bits} bits`)
  }
  for (const port of module.readPorts) validateReadPort(port, scope)
  for (const instance of module.instances) validateInstance(instance, scope)
  validateSources(module, scope)
}

const validateNames = (module: Module, scope: Scope): void => {
  const taken = new Set<string>()
  for (const { name } of [...scope.signals, ...module.memories, ...module.instances]) {
    if (!/^[A-Za-z_]\w*$/.test(name)) scope.fault(`'${name}' is no name`)
    if (taken.has(name)) scope.fault(`the name ${name} is there twice`)
    taken.add(name)
  }
  const probes = module.probes.map(({ name }) => name)
  if (new Set(probes).size !== probes.length) scope.fault(`two probes share a name of ${probes.join(', ')}`)
}

const validateSignal = (signal: Signal, scope: Scope): void => {
  const { name, bits, role, reset, fallback, cases } = signal
  if (!Number.isInteger(bits) || bits < 1) scope.fault(`${name} has ${bits} bits`)
  if (reset !== undefined && role !== 'register') scope.fault(`${name} is a ${role} and has a reset value`)
  if (reset !== undefined && !fits(reset, bits)) scope.fault(`${name} resets to ${reset} in ${bits} bits`)
  if (fallback !== undefined && role !== 'wire' && role !== 'output')
    scope.fault(`${name} is a ${role} with a fallback`)
  if (fallback !== undefined) validateWidth(fallback, bits, scope, `fallback of ${name}`)
  for (const [each, code] of Object.entries(cases ?? {})) {
    if (!fits(BigInt(code), bits)) scope.fault(`${name}: case ${each} has code ${code} in ${bits} bits`)
  }
}

const validateReadPort = ({ memory, address, enable, output }: ReadPort, scope: Scope): void => {
  const where = `read port of ${memory.name}`
  if (!scope.memories.has(memory)) scope.fault(`${where}: the memory belongs to another module`)
  if (memory.read !== 'next') scope.fault(`${where}: the memory is read in the same cycle`)
  if (!scope.signals.has(output)) scope.fault(`${where}: ${output.name} belongs to another module`)
  validateWidth(output, memory.bits, scope, where)
  validateWidth(address, address.bits, scope, where)
  if (enable !== undefined) validateWidth(enable, 1, scope, where)
}

const validateInstance = (instance: Instance, scope: Scope): void => {
  const ports = new Map(instance.module.ports.map((port) => [port.name, port]))
  for (const name of Object.keys(instance.connections)) {
    if (!ports.has(name)) scope.fault(`${instance.name}: ${instance.module.name} has no port ${name}`)
  }
  for (const port of ports.values()) {
    const signal = instance.connections[port.name]
    if (signal === undefined) {
      scope.fault(`${instance.name}: nothing at port ${port.name}`)
      continue
    }
    const role = port.role === 'input' ? 'wire' : 'instanceOutput'
    if (!scope.signals.has(signal)) scope.fault(`${instance.name}: ${signal.name} belongs to another module`)
    if (signal.role !== role)
      scope.fault(`${instance.name}: ${signal.name} at ${port.role} ${port.name} is a ${signal.role}`)
    if (signal.bits !== port.bits) {
      scope.fault(`${instance.name}: ${signal.name} has ${signal.bits} bits, port ${port.name} ${port.bits}`)
    }
  }
}

/** Every output of an instance and every word read from a memory comes from one place. */
const validateSources = (module: Module, scope: Scope): void => {
  const sources = new Map<Signal, number>()
  const count = (signal: Signal): unknown => sources.set(signal, (sources.get(signal) ?? 0) + 1)
  for (const { connections } of module.instances) Object.values(connections).forEach(count)
  for (const { output } of module.readPorts) count(output)
  for (const signal of module.signals) {
    if (signal.role !== 'instanceOutput' && signal.role !== 'memoryOutput') continue
    const number = sources.get(signal) ?? 0
    if (number !== 1) scope.fault(`${signal.name} (${signal.role}) has ${number} sources`)
  }
  for (const { output } of module.readPorts) {
    if (output.role !== 'memoryOutput') scope.fault(`${output.name} is read from a memory and is a ${output.role}`)
  }
}

const fits = (value: bigint, bits: number): boolean => value >= 0n && value < 1n << BigInt(bits)
