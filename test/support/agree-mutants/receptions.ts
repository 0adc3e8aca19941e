/** Faults in what comes from the network. */
import { faultsOf } from './mutant.ts'

const room = "    [needed.gt(literal(64, 1).shiftLeft(receive.slotOrder)), 'RECV_OUT_OF_BOUNDS'],\n"
const range = "    [replies.enabled.and(replies.exists.not()), 'RECV_INV_RPL_EPS'],\n"
const free = "    [free.found.not(), 'RECV_NO_SPACE'],\n"

export const admissionFaults = faultsOf('hdl/tcu/message-admission.ts', [
  [
    'longer-than-its-length',
    'dropped check',
    'a message may have more lines than its length says',
    "    [announced.ne(linesOf(header.length)), 'CRITICAL'],\n",
    '',
  ],
  [
    'slot-one-less',
    'off by one',
    'a message that just fits does not',
    'needed.gt(literal(64, 1).shiftLeft(receive.slotOrder))',
    'needed.ge(literal(64, 1).shiftLeft(receive.slotOrder))',
  ],
  ['slot-size-ignored', 'dropped check', 'a message may be larger than its slot', room, ''],
  [
    'reception-range-first',
    'swapped check order',
    'a reception looks at the reply endpoints before the size',
    room + range,
    range + room,
  ],
  ['reception-range-unchecked', 'dropped check', 'reply endpoints beyond the last one are created', range, ''],
  [
    'space-before-range',
    'swapped check order',
    'a reception looks for a slot before it looks at the reply endpoints',
    range + free,
    free + range,
  ],
  ['slot-overwritten', 'dropped check', 'a message takes an occupied slot', free, ''],
])

export const effectFaults = faultsOf('hdl/tcu/message-effects.ts', [
  [
    'credit-beyond-maximum',
    'credit race',
    'a reply gives a credit to an endpoint that has all of them (DEV-7)',
    'send.credits.lt(send.maxCredits)',
    'send.credits.le(send.maxCredits)',
  ],
  [
    'credit-to-anything',
    'dropped check',
    'a reply gives a credit to what is no send endpoint (DEV-7)',
    "const takesCredits = isType(now, 'send').and(send.reply.not())",
    'const takesCredits = send.reply.not()',
  ],
  [
    'stored-label-of-32-bits',
    'width cut',
    'the reply endpoint gets half of its label (DEV-5)',
    '      header.replyLabel,\n',
    '      header.replyLabel.truncate(32).extend(64),\n',
  ],
  [
    'reply-endpoint-without-owner',
    'wrong register',
    'the reply endpoint belongs to activity 0',
    'act: receive.act',
    'act: literal(16, 0)',
  ],
  [
    'reply-endpoint-is-send',
    'wrong register',
    'the reply endpoint is a normal send endpoint',
    'reply: literal(1, 1)',
    'reply: literal(1, 0)',
  ],
  [
    'reply-size-doubled',
    'wrong register',
    'the reply endpoint allows messages of twice the size',
    'messageOrder: header.replyOrder.extend(6)',
    'messageOrder: header.replyOrder.extend(6).addWrap(1)',
  ],
])

export const messageFaults = faultsOf('hdl/tcu/message-receiver.ts', [
  [
    'position-skips-a-slot',
    'off by one',
    'a reception leaves the write position one slot too far',
    'writePosition: slot.extend(6).addWrap(1)',
    'writePosition: slot.extend(6).addWrap(2)',
  ],
  [
    'masks-of-the-beginning',
    'lost update',
    'a reception writes the masks that it read at its beginning (A4)',
    'unread: now.unread.or(slotBit), occupied: now.occupied.or(slotBit)',
    'unread: receive.unread.or(slotBit), occupied: receive.occupied.or(slotBit)',
  ],
  [
    'endpoint-not-looked-at-again',
    'stale state',
    'a reception ends well though its endpoint has become another one',
    "const stillThere = isType(words, 'receive')",
    'const stillThere = literal(1, 1)',
  ],
  [
    'acknowledged-label',
    'wrong packet field',
    'an acknowledgement carries other bits of the label',
    'label.next(unpack(messageHeader23, line).label.truncate(16))',
    'label.next(unpack(messageHeader23, line).label.slice(16, 16))',
  ],
  [
    'acknowledged-error',
    'wrong packet field',
    'an acknowledgement says that all went well',
    'reserved: 0, error })',
    'reserved: 0, error: literal(5, 0) })',
  ],
  [
    'last-lanes-too-many',
    'off by one',
    'fifteen bytes that are left are stored as sixteen',
    'remaining.ge(16),\n            literal(16, 0xffff),',
    'remaining.ge(15),\n            literal(16, 0xffff),',
  ],
  [
    'turn-given-up',
    'missing interlock',
    'a reception gives its turn up between its two endpoints',
    'turn.hold.drive(continues)',
    'turn.hold.drive(0)',
  ],
  [
    'published-before-stored',
    'wrong moment',
    'a message is published before its last bytes are stored',
    'turn.valid.drive(lines.idle)',
    'turn.valid.drive(1)',
  ],
])

export const requestFaults = faultsOf('hdl/tcu/request-receiver.ts', [
  [
    'lanes-stay',
    'wrong register',
    'a register write keeps the lanes of its sender (DEV-17)',
    '\n        .shiftLeft(cat(toRegister, literal(3, 0)))',
    '',
  ],
  [
    'register-crossed',
    'dropped check',
    'a register write may leave its register (DEV-17)',
    'const fitsRegister = lanesMoved.slice(8, 8).any().not()',
    'const fitsRegister = literal(1, 1)',
  ],
  [
    'register-read-of-any-size',
    'dropped check',
    'a register is read whatever the size',
    '.and(request.size.eq(8))',
    '',
  ],
  [
    'write-overtakes-read',
    'missing interlock',
    'a write does not wait for the reads before it',
    'when(ports.reading.not(), () => {',
    'when(literal(1, 1), () => {',
  ],
  [
    'stored-count',
    'off by one',
    'every line that is stored counts a byte more',
    'stored.addWrap(bytes.extend(byteCountBits))',
    'stored.addWrap(bytes.extend(byteCountBits)).addWrap(1)',
  ],
  [
    'nothing-stored-is-fine',
    'wrong packet field',
    'a write outside of memory is acknowledged as a success (DEV-18)',
    'literal(5, errorCodes.TIMEOUT_MEM),\n',
    'literal(5, errorCodes.NONE),\n',
  ],
  [
    'next-packet-too-early',
    'missing interlock',
    'the packet behind a message does not wait for its end',
    'when(passed.and(ports.messageBusy.not()), () => {',
    'when(passed, () => {',
  ],
])

export const responseFaults = faultsOf('hdl/tcu/response-receiver.ts', [
  [
    'data-of-anybody',
    'dropped check',
    'a READ takes data of any tile (DEV-2)',
    'const takesData = isData.and(fromTarget)',
    'const takesData = isData',
  ],
  [
    'ended-before-stored',
    'wrong moment',
    'a READ ends before its last bytes are stored',
    "state.isIn('lines', 'single').not().and(lines.idle)",
    "state.isIn('lines', 'single').not()",
  ],
  [
    'error-of-write-lost',
    'dropped check',
    'WRITE does not look at the error of its acknowledgement',
    'when(acknowledged.error.any(), () => {',
    'when(literal(1, 0), () => {',
  ],
  [
    'count-of-the-last',
    'stale state',
    'a transfer begins with what the one before has not got',
    "when(expects.kind.is('nothing'), () => missing.next(",
    "when(expects.kind.is('nothing').and(missing.any().not()), () => missing.next(",
  ],
  ['failure-of-the-last', 'stale state', 'a transfer fails because the one before did', '      failed.next(0)\n', ''],
])

export const answerFaults = faultsOf('hdl/tcu/responder.ts', [
  [
    'data-where-they-were',
    'wrong packet field',
    'read data go to the address that they came from',
    'remote: next.returnAddress,',
    'remote: next.address,',
  ],
  [
    'error-of-other-cause',
    'wrong packet field',
    'a read outside of memory is answered with TIMEOUT_NOC',
    'literal(64, errorCodes.TIMEOUT_MEM)',
    'literal(64, errorCodes.TIMEOUT_NOC)',
  ],
])

export const lineFaults = faultsOf('hdl/tcu/line-store.ts', [
  [
    'carried-bytes-lost',
    'lost update',
    'bytes that belong into the line behind the last one are not stored',
    'flushing.next(last.and(left.any()))',
    'flushing.next(0)',
  ],
  [
    'next-line-skipped',
    'off by one',
    'the second line of a packet goes a line too far',
    'nextAddress.next(lineAddress.addWrap(16))',
    'nextAddress.next(lineAddress.addWrap(32))',
  ],
])
