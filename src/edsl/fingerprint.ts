/** Tells modules of the same name apart. */
import { createHash } from '#host'
import type { Domain, Expression, Module, Statement } from '#ir'

/** A text that is the same for two modules exactly when they are the same hardware. */
export const fingerprint = (module: Module): string => {
  const hash = createHash('sha256')
  const numbers = new Map<object, number>()
  const write = (...parts: readonly unknown[]): void => void hash.update(`${parts.map(String).join(' ')}\n`)

  const json = (value: unknown): string =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? '-'

  // Expressions share parts: each is written once and named by a number afterwards.
  const expression = (node: Expression | undefined): string => {
    if (!node) return '-'
    if (node.kind === 'signal') return node.name
    if (node.kind === 'literal') return `${node.bits}:${node.value}`
    const known = numbers.get(node)
    if (known !== undefined) return `#${known}`
    let text: string
    switch (node.kind) {
      case 'operation':
        text = `${node.operator} ${node.operands.map(expression).join(' ')}`
        break
      case 'slice':
        text = `slice ${expression(node.operand)} ${node.lsb}`
        break
      case 'select':
        text = `select ${expression(node.operand)} ${expression(node.index)}`
        break
      case 'memoryRead':
        text = `read ${node.memory.name} ${expression(node.address)}`
    }
    numbers.set(node, numbers.size)
    write('#', numbers.get(node), node.bits, text)
    return `#${numbers.get(node)}`
  }

  const statements = (body: readonly Statement[]): void => {
    for (const statement of body) {
      switch (statement.kind) {
        case 'assign':
          write('assign', statement.target.name, expression(statement.value))
          break
        case 'when':
          for (const branch of statement.branches) {
            write('when', expression(branch.condition))
            statements(branch.body)
          }
          write('otherwise')
          statements(statement.otherwise ?? [])
          write('end')
          break
        case 'match':
          write('match', expression(statement.subject))
          for (const one of statement.cases) {
            write('case', one.code, json(one.name))
            statements(one.body)
          }
          write('end')
          break
        case 'memoryWrite':
          write(
            'write',
            statement.memory.name,
            ...[statement.address, statement.data, statement.enables].map(expression),
            domainName(statement.domain),
          )
      }
    }
  }

  const domainName = (domain: Domain | 'asynchronous' | undefined): string =>
    domain === undefined ? '-' : domain === 'asynchronous' ? domain : `${domain.name}:${domain.reset}`

  write('domains', ...module.domains.map(domainName))
  for (const signal of [...module.ports, ...module.signals]) {
    write(signal.role, signal.name, signal.bits, signal.signed, signal.reset, expression(signal.fallback))
    write(domainName(signal.domain), signal.ghost, json([signal.label, signal.cases, signal.crossing]))
  }
  for (const memory of module.memories) {
    const { name, bits, depth, read, style, initial } = memory
    write('memory', name, bits, depth, read, style, typeof initial === 'object' ? initial.join(',') : `all ${initial}`)
  }
  for (const port of module.readPorts) {
    write('port', port.memory.name, expression(port.address), expression(port.enable), port.output.name)
    write(domainName(port.domain), port.during)
  }
  for (const one of module.provided) write('provided', domainName(one.domain), one.clock.name, expression(one.reset))
  for (const child of module.instances) {
    write('instance', child.name, child.module.name)
    for (const [name, domain] of Object.entries(child.domains)) write('map', name, domainName(domain))
    for (const [port, signal] of Object.entries(child.connections)) write('connect', port, signal.name)
  }
  statements(module.body)
  for (const machine of module.machines) write('machine', machine.register.name)
  for (const probe of module.probes)
    write('probe', json(probe.name), expression(probe.valid), expression(probe.record), domainName(probe.domain))
  for (const fact of module.properties)
    write(fact.check, json(fact.sentence), expression(fact.condition), domainName(fact.domain))
  for (const one of module.allowances) write('allow', one.code, one.signal?.name, json(one.reason))
  if (module.external) {
    const { verilogName, parameters, files, pins } = module.external
    write('external', verilogName, json(files), json(pins), json(Object.entries(parameters)))
  }
  return hash.digest('hex')
}
