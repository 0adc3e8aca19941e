/** PRINT: sends text from the print buffer to the host. */
import {
  bit,
  cat,
  input,
  literal,
  module,
  mux,
  output,
  pack,
  probe,
  reg,
  states,
  stream,
  struct,
  uint,
  when,
  wire,
} from '#edsl'
import { bodyFlit, commit, flitBits, headFlit, hostId, modes, nocId } from '#layout'

const longestText = 256

/**
 * Sends the first `length` bytes of the print buffer as one WRITE_POSTED packet to the host as soon as PRINT is not 0, and
 * sets it to 0 afterwards. Lengths above 256 print 256 bytes (DEV-14).
 *
 * Ports: `restart` completes a packet that has begun, with bsel 0; `length` the PRINT register; `request`, `granted`, `word` its turns at the registers; `flit` out.
 * Source: TCU interface 2.0.1, section 4.9.
 */
export const printUnit = module(
  'print_unit',
  {
    own: input(nocId),
    time: input(uint(64)),
    length: input(uint(64)),
    request: output(struct({ valid: bit, index: uint(5), ends: bit })),
    granted: input(bit),
    word: input(uint(64)),
    flit: output(stream(uint(flitBits))),
    restart: input(bit),
  },
  (ports) => {
    const state = states('idle', 'begin', 'lowWord', 'head', 'low', 'high', 'line', 'end', 'cut')
    const left = reg(uint(9))
    const address = reg(uint(28))
    const index = reg(uint(5))
    const low = reg(uint(64))
    const high = reg(uint(64))

    const wanted = mux(ports.length.gt(longestText), literal(9, longestText), ports.length.truncate(9))
    const short = left.le(8)
    const lines = left.addWrap(15).slice(4, 5)
    const linesLeft = reg(uint(5))
    const request = wire(struct({ valid: bit, index: uint(5), ends: bit }), { valid: 0, index: 0, ends: 0 })
    ports.request.drive(request)

    const head = pack(headFlit, {
      burst: short.not(),
      arq: 0,
      bsel: mux(
        short,
        literal(8, 0xff).shiftRight(literal(4, 8).subWrap(left.truncate(4))),
        cat(left.truncate(4).subWrap(1), literal(4, 15)),
      ),
      sourceMod: ports.own.mod,
      sourceChip: ports.own.chip,
      targetMod: hostId.mod,
      targetChip: hostId.chip,
      mode: modes.WRITE_POSTED,
      address: address.extend(32),
      data0: mux(short, low, lines.extend(64)),
    })
    const more = linesLeft.ne(1)
    const body = pack(bodyFlit, {
      ...{ burst: more, arq: 0, data1: high, data0: low },
      bsel: mux(state.is('cut'), literal(8, 0), literal(8, 0xff)),
    })
    ports.flit.payload.drive(mux(state.is('head'), head, body))
    ports.flit.valid.drive(state.isIn('head', 'line', 'cut'))

    const readWord = (into: { next(value: typeof ports.word): void }, then: () => void) => {
      request.valid.drive(1)
      request.index.drive(index)
      when(ports.granted, () => {
        into.next(ports.word)
        index.next(index.addWrap(1))
        then()
      })
    }

    state.match({
      idle: () => when(ports.length.any(), () => state.go('begin')),
      begin: () => {
        request.valid.drive(1)
        when(ports.granted, () => {
          left.next(wanted)
          address.next(ports.time.truncate(28))
          index.next(0)
          when(wanted.le(8), () => state.go('lowWord')).otherwise(() => state.go('head'))
        })
      },
      lowWord: () => readWord(low, () => state.go('head')),
      head: () =>
        when(ports.flit.fire, () => {
          linesLeft.next(lines)
          when(short, () => state.go('end')).otherwise(() => state.go('low'))
        }),
      low: () => readWord(low, () => state.go('high')),
      high: () => readWord(high, () => state.go('line')),
      line: () =>
        when(ports.flit.fire, () => {
          linesLeft.next(linesLeft.subWrap(1))
          when(more, () => state.go('low')).otherwise(() => state.go('end'))
        }),
      end: () => {
        request.valid.drive(1)
        request.ends.drive(1)
        when(ports.granted, () => state.go('idle'))
      },
      cut: () =>
        when(ports.flit.fire, () => {
          linesLeft.next(linesLeft.subWrap(1))
          when(more.not(), () => state.go('idle'))
        }),
    })
    when(ports.restart, () =>
      when(state.isIn('low', 'high', 'line', 'cut'), () => state.go('cut')).otherwise(() => state.go('idle')),
    )

    const kind = wire(commit.fields.kind, 'printWord')
    when(state.is('begin'), () => kind.drive('printBegun'))
    when(state.is('end'), () => kind.drive('printEnded'))
    const reads = state.isIn('lowWord', 'low', 'high')
    probe('commit', ports.granted, commit, {
      kind,
      error: 0,
      ep: mux(reads, index.extend(16), literal(16, 0)),
      address: 0,
      enables: 0,
      data: 0,
    })
  },
)
