// Generates `design.h`: what the C++ shim has to know about one design.

import { readFileSync } from 'node:fs'
import { type PortSlot, blockLayout, header } from './block.ts'
import type { SimulationSource, TraceFormat } from './source.ts'
import type { VerilatedPort } from './verilated-ports.ts'

/** The part of the shim that is the same for all designs, by file name. */
export function shimFiles(): ReadonlyMap<string, string> {
  const names = ['print.h', 'simulation.cpp']
  return new Map(names.map((name) => [name, readFileSync(new URL(`./shim/${name}`, import.meta.url), 'utf8')]))
}

/** The text of `design.h`; `spelled` gives each port's name in the Verilated class. */
export function designHeader(
  source: SimulationSource,
  spelled: ReadonlyMap<string, VerilatedPort>,
  trace: TraceFormat,
): string {
  const layout = blockLayout(source)
  const inputs = layout.ports.filter((port) => port.direction === 'input')
  const outputs = layout.ports.filter((port) => port.direction === 'output')
  const member = (port: PortSlot): string => `top.${spelled.get(port.name)?.member}`
  const probes = source.probes.map((probe) => variable(source.top, probe.path, probe.wire, probe.bits, 0))
  const watched = (source.watched ?? []).map((signal) => variable(source.top, signal.path, signal.variable, signal.bits, 0))
  const clocks = source.clocks ?? ['clk']
  const memories = source.memories.map((memory) =>
    variable(source.top, memory.path, memory.variable, memory.bits, memory.depth),
  )
  return `#pragma once
#include <cstdint>
#include <cstring>
#include "Vtessera.h"
#define TESSERA_TRACE_VCD ${trace === 'vcd' ? 1 : 0}
#define TESSERA_TRACE_FST ${trace === 'fst' ? 1 : 0}
#define TESSERA_CYCLE ${header.cycle}
#define TESSERA_RECORDS ${header.records}
#define TESSERA_RECORD_WORDS ${header.recordWords}
#define TESSERA_RAN_CYCLES ${header.ranCycles}
#define TESSERA_TEXT ${header.text}
#define TESSERA_STOP_KIND ${header.stopKind}
#define TESSERA_STOP_LINE ${header.stopLine}
#define TESSERA_BLOCK_WORDS ${layout.totalWords}
#define TESSERA_PROBES ${probes.length}
struct Slot { uint32_t first, words; };
static constexpr Slot slots[] = { ${[...layout.ports.map((port) => `{${port.firstWord}, ${port.words}}`), '{0, 0}'].join(', ')} };
struct Variable { const char* scope; const char* name; uint32_t bits, depth; };
static constexpr Variable probeVariables[] = {
${[...probes, '{nullptr, nullptr, 0, 0}'].map((line) => `    ${line},`).join('\n')}
};
static constexpr Variable memoryVariables[] = {
${[...memories, '{nullptr, nullptr, 0, 0}'].map((line) => `    ${line},`).join('\n')}
};
#define TESSERA_WATCHED ${watched.length}
static constexpr Variable watchedVariables[] = {
${[...watched, '{nullptr, nullptr, 0, 0}'].map((line) => `    ${line},`).join('\n')}
};
static constexpr uint32_t watchedWords[] = { ${[...layout.watched, 0].join(', ')} };
static inline void setClocks(Vtessera& top, uint32_t mask) {
${clocks.map((name, bit) => `    top.${spelled.get(name)?.member} = mask >> ${bit} & 1;`).join('\n')}
}
static inline void applyInputs(Vtessera& top, const uint32_t* block) {
${source.clocks === undefined ? `    top.rst = block[${header.rst}] & 1;` : ''}
${inputs.flatMap((port) => applyInput(member(port), port)).join('\n')}
}
static inline void copyOutputs(const Vtessera& top, uint32_t* block) {
${outputs.flatMap((port) => copyOutput(member(port), port)).join('\n')}
}
`
}

function applyInput(member: string, { bits, firstWord, words }: PortSlot): readonly string[] {
  const mask = bits % 32 === 0 ? '0xffffffffu' : `0x${(2 ** (bits % 32) - 1).toString(16)}u`
  if (bits <= 32) return [`    ${member} = block[${firstWord}] & ${mask};`]
  if (bits <= 64) {
    const high = `static_cast<uint64_t>(block[${firstWord + 1}] & ${mask}) << 32`
    return [`    ${member} = ${high} | block[${firstWord}];`]
  }
  return [
    `    std::memcpy(&${member}[0], block + ${firstWord}, ${words * 4});`,
    `    ${member}[${words - 1}] &= ${mask};`,
  ]
}

function copyOutput(member: string, { bits, firstWord, words }: PortSlot): readonly string[] {
  if (bits <= 32) return [`    block[${firstWord}] = ${member};`]
  if (bits <= 64) return [`    std::memcpy(block + ${firstWord}, &${member}, 8);`]
  return [`    std::memcpy(block + ${firstWord}, &${member}[0], ${words * 4});`]
}

function variable(top: string, path: string, name: string, bits: number, depth: number): string {
  const scope = ['TOP', top, ...(path === '' ? [] : [path])].join('.')
  return `{${JSON.stringify(scope)}, ${JSON.stringify(name)}, ${bits}, ${depth}}`
}
