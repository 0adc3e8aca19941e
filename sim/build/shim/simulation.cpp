// One simulation in the process: state, cycle, triggers, records. `design.h` is generated and says what the design has.
#include "design.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "verilated.h"
#include "verilated_syms.h"
#if TESSERA_TRACE_VCD
#include "verilated_vcd_c.h"
using Trace = VerilatedVcdC;
#elif TESSERA_TRACE_FST
#include "verilated_fst_c.h"
using Trace = VerilatedFstC;
#endif
#define TESSERA_TRACE (TESSERA_TRACE_VCD || TESSERA_TRACE_FST)
#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

struct Unwind {};  // thrown by vl_fatal, which must not return

enum StopKind : uint32_t { RUNNING = 0, FINISH = 1, STOP = 2, FATAL = 3 };
enum Status : int32_t { FIRED = 1, LIMIT = 2, RECORDS_FULL = 4, STOPPED = 8, TEXT = 16, CLOSED = 32 };
enum TriggerKind : uint32_t { LEVEL = 0, RISING = 1, FALLING = 2, CHANGE = 3 };

struct Probe {
    const void* data;
    uint32_t bits;      // with the valid bit
    uint32_t words;     // of the record
    uint32_t lastMask;  // of the record's last word
};

struct TriggerSet {
    uint32_t* block;  // JavaScript's memory: enable words, fired words, then TESSERA_TRIGGER_WORDS per trigger
    uint32_t count;
};

// Offsets in words of a trigger's description; mask and value follow, in the words of its port.
enum TriggerWord : uint32_t { T_KIND = 0, T_EQUALS = 1, T_PORT = 2, T_DATA = 3, T_STRIDE = 4 };

struct Watched {
    const void* data;  // null when Verilator left the signal out
    uint32_t bits, first;
};

struct Simulation {
    std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    std::unique_ptr<Vtessera> top;
#if TESSERA_TRACE
    std::unique_ptr<Trace> trace;
#endif
    uint32_t* block = nullptr;
    double* recordCycle = nullptr;
    uint32_t* recordProbe = nullptr;
    uint32_t* recordEnd = nullptr;
    uint32_t* recordWords = nullptr;
    uint32_t recordLimit = 0;  // records that may be there before a cycle begins
    uint32_t wordLimit = 0;
    uint32_t records = 0;
    uint32_t words = 0;
    uint64_t cycle = 0;
    uint32_t stopKind = RUNNING;
    uint32_t stopLine = 0;
    bool ended = false;
    std::string stopFile, stopText, text;
    std::vector<Probe> probes;
    std::vector<Watched> watched;
    std::vector<TriggerSet> triggers;
};

// Every thread has its own simulations. Nothing here has a destructor: those that are still open when the library is
// unloaded at the end of the process must not be taken apart after Verilator's own static objects.
thread_local Simulation* current = nullptr;  // the one that runs
thread_local std::vector<Simulation*>* simulations = nullptr;
thread_local std::string* text = nullptr;  // what was returned last

const char* lend(const std::string& value) {
    if (!text) text = new std::string;
    *text = value;
    return text->c_str();
}

void stop(uint32_t kind, const char* file, int line, const char* text) {
    if (!current || current->stopKind != RUNNING) return;
    current->stopKind = kind;
    current->stopLine = static_cast<uint32_t>(line);
    current->stopFile = file ? file : "";
    current->stopText = text ? text : "";
}

uint64_t narrow(const void* data, uint32_t bits) {
    if (bits <= 8) return *static_cast<const CData*>(data);
    if (bits <= 16) return *static_cast<const SData*>(data);
    if (bits <= 32) return *static_cast<const IData*>(data);
    return *static_cast<const QData*>(data);
}

inline void sampleProbe(Simulation& s, uint32_t index) {
    const Probe& probe = s.probes[index];
    uint32_t* const to = s.recordWords + s.words;
    if (probe.bits <= 64) {
        const uint64_t value = narrow(probe.data, probe.bits);
        if (VL_LIKELY(!(value >> (probe.bits - 1) & 1))) return;
        if (probe.words > 0) to[0] = static_cast<uint32_t>(value);
        if (probe.words > 1) to[1] = static_cast<uint32_t>(value >> 32);
    } else {
        const uint32_t* const from = static_cast<const uint32_t*>(probe.data);
        const uint32_t valid = probe.bits - 1;
        if (VL_LIKELY(!(from[valid / 32] >> (valid % 32) & 1))) return;
        std::memcpy(to, from, probe.words * 4);
    }
    if (probe.words > 0) to[probe.words - 1] &= probe.lastMask;
    s.words += probe.words;
    s.recordCycle[s.records] = static_cast<double>(s.cycle);
    s.recordProbe[s.records] = index;
    s.recordEnd[s.records] = s.words;
    s.records++;
}

// Whether a trigger's condition holds for the value at `v`.
inline bool holds(const uint32_t* v, const uint32_t* mask, const uint32_t* value, uint32_t words, bool equals) {
    uint32_t any = 0;
    for (uint32_t i = 0; i < words; ++i) any |= equals ? (v[i] & mask[i]) ^ value[i] : v[i] & mask[i];
    return equals ? any == 0 : any != 0;
}

// Compares the values of this cycle with those of the cycle before, which the shared block still holds.
inline bool evaluateTriggers(Simulation& s, const TriggerSet& set, const uint32_t* now) {
    const uint32_t groups = (set.count + 31) / 32;
    const uint32_t* const enable = set.block;
    uint32_t* const fired = set.block + groups;
    const uint32_t* const descriptions = set.block + 2 * groups;
    bool any = false;
    for (uint32_t group = 0; group < groups; ++group) {
        uint32_t hits = 0;
        for (uint32_t rest = enable[group]; rest; rest &= rest - 1) {
            const uint32_t bit = static_cast<uint32_t>(__builtin_ctz(rest));
            const uint32_t* const t = descriptions + (group * 32 + bit) * T_STRIDE;
            const Slot& slot = slots[t[T_PORT]];
            const uint32_t* const mask = set.block + t[T_DATA];
            const uint32_t* const value = mask + slot.words;
            const uint32_t* const old = s.block + slot.first;
            const uint32_t* const v = now + slot.first;
            bool hit = false;
            if (t[T_KIND] == CHANGE) {
                uint32_t changed = 0;
                for (uint32_t i = 0; i < slot.words; ++i) changed |= (v[i] ^ old[i]) & mask[i];
                hit = changed != 0;
            } else {
                const bool is = holds(v, mask, value, slot.words, t[T_EQUALS]);
                hit = is;
                if (t[T_KIND] != LEVEL) {
                    const bool was = holds(old, mask, value, slot.words, t[T_EQUALS]);
                    hit = t[T_KIND] == RISING ? is && !was : was && !is;
                }
            }
            if (hit) hits |= 1u << bit;
        }
        fired[group] = hits;
        any |= hits != 0;
    }
    return any;
}

// Half a cycle: no clock is high in the first one, those of the mask are in the second.
inline void half(Simulation& s, uint32_t clocks) {
    setClocks(*s.top, clocks);
    s.context->time(s.cycle * 10 + (clocks ? 5 : 0));
    s.top->eval();
#if TESSERA_TRACE
    if (VL_UNLIKELY(s.trace != nullptr)) s.trace->dump(s.context->time());
#endif
}

// Outputs and watched signals, as they are now.
void showAll(Simulation& s) {
    copyOutputs(*s.top, s.block);
    for (const Watched& signal : s.watched) {
        if (!signal.data) continue;
        uint32_t* const to = s.block + signal.first;
        if (signal.bits > 64) {
            std::memcpy(to, signal.data, (signal.bits + 31) / 32 * 4);
        } else {
            const uint64_t value = narrow(signal.data, signal.bits);
            std::memcpy(to, &value, 8);
        }
    }
}

void enter(Simulation& s) {
    current = &s;
    Verilated::threadContextp(s.context.get());
}

int32_t leave(Simulation& s, int32_t result) {
    double cycle = static_cast<double>(s.cycle);
    std::memcpy(s.block + TESSERA_CYCLE, &cycle, sizeof cycle);
    s.block[TESSERA_RECORDS] = s.records;
    s.block[TESSERA_RECORD_WORDS] = s.words;
    if (VL_UNLIKELY(!s.text.empty())) {
        s.block[TESSERA_TEXT] = static_cast<uint32_t>(s.text.size());
        result |= TEXT;
    }
    if (VL_UNLIKELY(s.stopKind != RUNNING)) {
        s.block[TESSERA_STOP_KIND] = s.stopKind;
        s.block[TESSERA_STOP_LINE] = s.stopLine;
        result |= STOPPED;
#if TESSERA_TRACE
        if (s.trace) s.trace->flush();
#endif
    }
    current = nullptr;
    return result;
}

Simulation* find(uint32_t id) {
    return VL_LIKELY(simulations && id < simulations->size()) ? (*simulations)[id] : nullptr;
}

Simulation* findOpen(uint32_t id) {
    Simulation* const s = find(id);
    return s && !s->ended ? s : nullptr;
}

template <bool Triggers>
int32_t advance(Simulation& s, const TriggerSet* set, uint32_t cycles) {
    enter(s);
    uint32_t ran = 0;
    int32_t result = Triggers ? LIMIT : 0;
    uint32_t scratch[Triggers ? TESSERA_BLOCK_WORDS : 1];
    if (VL_UNLIKELY(s.stopKind != RUNNING)) {
        s.block[TESSERA_RAN_CYCLES] = 0;
        return leave(s, 0);
    }
    try {
        applyInputs(*s.top, s.block);
        while (ran < cycles) {
            if (VL_UNLIKELY(s.records > s.recordLimit || s.words > s.wordLimit)) {
                result = RECORDS_FULL;
                break;
            }
            half(s, 0);
            bool fired = false;
            if (Triggers) {
                copyOutputs(*s.top, scratch);
                fired = evaluateTriggers(s, *set, scratch);
                copyOutputs(*s.top, s.block);
            } else if (ran + 1 == cycles) {
                copyOutputs(*s.top, s.block);
            }
            for (uint32_t i = 0; i < TESSERA_PROBES; ++i) sampleProbe(s, i);
            half(s, 1);
            if (VL_UNLIKELY(s.stopKind != RUNNING)) {  // the cycle that stopped stays the current one
                result = 0;
                break;
            }
            s.cycle++;
            ran++;
            if (Triggers && fired) {
                result = FIRED;
                break;
            }
        }
    } catch (const Unwind&) {
        result = 0;
    }
    s.block[TESSERA_RAN_CYCLES] = ran;
    return leave(s, result);
}

// As advance, for engines: edges of the clocks in `mask`, and what is shown is as after the last one. Without edges, the
// design follows its inputs.
int32_t edges(Simulation& s, uint32_t mask, uint32_t count) {
    enter(s);
    uint32_t ran = 0;
    int32_t result = 0;
    try {
        if (VL_LIKELY(s.stopKind == RUNNING)) {
            applyInputs(*s.top, s.block);
            half(s, 0);
            while (ran < count) {
                if (VL_UNLIKELY(s.records > s.recordLimit || s.words > s.wordLimit)) {
                    result = RECORDS_FULL;
                    break;
                }
                for (uint32_t i = 0; i < TESSERA_PROBES; ++i) sampleProbe(s, i);
                half(s, mask);
                if (VL_UNLIKELY(s.stopKind != RUNNING)) break;  // the edge that stopped stays the current one
                s.cycle++;
                ran++;
                half(s, 0);
            }
        }
    } catch (const Unwind&) {
        // Reported as a stop.
    }
    showAll(s);
    s.block[TESSERA_RAN_CYCLES] = ran;
    return leave(s, result);
}

// The variable, or null with the reason for tessera_open_text.
const VerilatedVar* findVariable(Simulation& s, const Variable& wanted) {
    const VerilatedScope* const scope = s.context->scopeFind(wanted.scope);
    const VerilatedVar* const found = scope ? scope->varFind(wanted.name) : nullptr;
    if (!found) {
        lend(std::string{"missing "} + wanted.scope + " " + wanted.name);
        return nullptr;
    }
    if (static_cast<uint32_t>(found->packed().elements()) != wanted.bits) {
        lend(std::string{"bits "} + wanted.scope + " " + wanted.name + " "
             + std::to_string(found->packed().elements()));
        return nullptr;
    }
    const uint32_t depth = found->udims() > 0 ? static_cast<uint32_t>(found->unpacked().elements()) : 0;
    if (found->udims() > 1 || depth != wanted.depth) {
        lend(std::string{"depth "} + wanted.scope + " " + wanted.name + " " + std::to_string(depth));
        return nullptr;
    }
    return found;
}

}  // namespace

extern "C" int tessera_print(const char* format, ...) {
    char small[512];
    va_list list;
    va_start(list, format);
    const int length = std::vsnprintf(small, sizeof small, format, list);
    va_end(list);
    if (length <= 0) return length;
    std::string large;
    const char* from = small;
    if (static_cast<size_t>(length) >= sizeof small) {
        large.resize(static_cast<size_t>(length) + 1);
        va_start(list, format);
        std::vsnprintf(&large[0], large.size(), format, list);
        va_end(list);
        from = large.c_str();
    }
    if (current) current->text.append(from, static_cast<size_t>(length));
    else std::fwrite(from, 1, static_cast<size_t>(length), stderr);
    return length;
}

void vl_finish(const char* file, int line, const char*) { stop(FINISH, file, line, "$finish"); }
void vl_stop(const char* file, int line, const char*) { stop(STOP, file, line, ""); }
void vl_fatal(const char* file, int line, const char*, const char* text) {
    stop(FATAL, file, line, text);
    throw Unwind{};
}

// Opens a simulation on JavaScript's memory and returns its number, or -1 (see tessera_open_text).
EXPORT int32_t tessera_open(void* block, void* recordCycle, void* recordProbe, void* recordEnd, void* recordWords,
                            uint32_t recordCapacity, uint32_t wordCapacity, int32_t seed) {
    std::unique_ptr<Simulation> made{new Simulation};
    Simulation& s = *made;
    s.block = static_cast<uint32_t*>(block);
    s.recordCycle = static_cast<double*>(recordCycle);
    s.recordProbe = static_cast<uint32_t*>(recordProbe);
    s.recordEnd = static_cast<uint32_t*>(recordEnd);
    s.recordWords = static_cast<uint32_t*>(recordWords);
    enter(s);
    s.context->randSeed(seed);
    s.context->randReset(2);
    s.context->fatalOnError(false);
#if TESSERA_TRACE
    s.context->traceEverOn(true);
#endif
    try {
        s.top.reset(new Vtessera{s.context.get(), "TOP"});
        uint32_t most = 0;
        for (const Variable& wanted : probeVariables) {
            if (!wanted.name) break;
            const VerilatedVar* const found = findVariable(s, wanted);
            if (!found) return current = nullptr, -1;
            const uint32_t record = wanted.bits - 1;
            const uint32_t mask = record % 32 ? (1u << record % 32) - 1 : ~0u;
            s.probes.push_back(Probe{found->datap(), wanted.bits, (record + 31) / 32, mask});
            most += (record + 31) / 32;
        }
        for (const Variable& wanted : memoryVariables) {
            if (!wanted.name) break;
            if (!findVariable(s, wanted)) return current = nullptr, -1;
        }
        for (uint32_t i = 0; i < TESSERA_WATCHED; ++i) {
            const VerilatedVar* const found = findVariable(s, watchedVariables[i]);
            s.watched.push_back(Watched{found ? found->datap() : nullptr, watchedVariables[i].bits, watchedWords[i]});
        }
        s.recordLimit = recordCapacity - TESSERA_PROBES;
        s.wordLimit = wordCapacity - most;
        setClocks(*s.top, 0);
        applyInputs(*s.top, s.block);
        s.top->eval();
        showAll(s);
    } catch (const Unwind&) {
        // Reported as a stop in cycle 0.
    }
    leave(s, 0);
    if (!simulations) simulations = new std::vector<Simulation*>;
    uint32_t id = 0;
    while (id < simulations->size() && (*simulations)[id]) ++id;
    if (id == simulations->size()) simulations->push_back(nullptr);
    (*simulations)[id] = made.release();
    return static_cast<int32_t>(id);
}

EXPORT const char* tessera_open_text() { return text ? text->c_str() : ""; }

// Runs `cycles` cycles, fewer when the records fill up or the Verilog stops.
EXPORT int32_t tessera_step(uint32_t id, uint32_t cycles) {
    Simulation* const s = findOpen(id);
    return VL_LIKELY(s) ? advance<false>(*s, nullptr, cycles) : CLOSED;
}

// Runs `count` edges of the clocks in `mask`; 0 to follow the inputs. Fewer when the records fill up or the Verilog stops.
EXPORT int32_t tessera_edges(uint32_t id, uint32_t mask, uint32_t count) {
    Simulation* const s = findOpen(id);
    return VL_LIKELY(s) ? edges(*s, mask, count) : CLOSED;
}

// Whether watched signal `index` is there.
EXPORT int32_t tessera_watched(uint32_t id, uint32_t index) {
    Simulation* const s = find(id);
    return s && s->watched[index].data != nullptr;
}

// As tessera_step, and ends after the cycle in which an enabled trigger of `set` fires.
EXPORT int32_t tessera_run(uint32_t id, uint32_t set, uint32_t cycles) {
    Simulation* const s = findOpen(id);
    return VL_LIKELY(s) ? advance<true>(*s, &s->triggers[set], cycles) : CLOSED;
}

// Makes a trigger set of JavaScript's memory known and returns its number.
EXPORT int32_t tessera_triggers(uint32_t id, void* block, uint32_t count) {
    Simulation* const s = find(id);
    if (!s) return -1;
    s->triggers.push_back(TriggerSet{static_cast<uint32_t*>(block), count});
    return static_cast<int32_t>(s->triggers.size()) - 1;
}

// The records have been taken.
EXPORT void tessera_drained(uint32_t id) {
    if (Simulation* const s = find(id)) s->block[TESSERA_RECORDS] = s->block[TESSERA_RECORD_WORDS] = s->records = s->words = 0;
}

EXPORT void* tessera_memory(uint32_t id, uint32_t index) {
    Simulation* const s = find(id);
    const VerilatedVar* const found = s ? findVariable(*s, memoryVariables[index]) : nullptr;
    return found ? found->datap() : nullptr;
}

// What the Verilog printed since the last call: 0 printed text, 1 file of the stop, 2 text of the stop.
EXPORT const char* tessera_text(uint32_t id, uint32_t which) {
    Simulation* const s = find(id);
    if (!s) return "";
    if (which == 1) return lend(s->stopFile);
    if (which == 2) return lend(s->stopText);
    lend(s->text);
    s->text.clear();
    s->block[TESSERA_TEXT] = 0;
    return text->c_str();
}

// Begins a waveform, or ends it when `file` is null. Returns 0 when the file cannot be written.
EXPORT int32_t tessera_trace(uint32_t id, const char* file) {
#if TESSERA_TRACE
    Simulation* const s = find(id);
    if (!s) return 0;
    enter(*s);
    if (s->trace) s->trace->close();
    s->trace.reset();
    int32_t ok = 1;
    if (file) {
        s->trace.reset(new Trace);
        s->top->trace(s->trace.get(), 99);
        s->trace->open(file);
        if (!s->trace->isOpen()) {
            s->trace.reset();
            ok = 0;
        }
    }
    current = nullptr;
    return ok;
#else
    (void)id;
    return file == nullptr;
#endif
}

// Ends a simulation: final blocks run, the waveform is complete. Its memories stay until tessera_free.
EXPORT void tessera_end(uint32_t id) {
    Simulation* const s = findOpen(id);
    if (!s) return;
    enter(*s);
    try {
        if (s->stopKind != FATAL) s->top->final();
    } catch (const Unwind&) {
        // There is nothing left to report it to.
    }
    current = nullptr;
    tessera_trace(id, nullptr);
    s->ended = true;
}

// Frees the memory of a simulation, the Verilog's memories with it.
EXPORT void tessera_free(uint32_t id) {
    Simulation* const s = find(id);
    if (!s) return;
    tessera_end(id);
    enter(*s);
    s->top.reset();
    current = nullptr;
    delete s;
    (*simulations)[id] = nullptr;
}
