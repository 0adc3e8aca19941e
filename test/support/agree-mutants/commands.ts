/** Faults in what commands do and send. */
import { faultsOf } from './mutant.ts'

export const commandFaults = faultsOf('hdl/tcu/command-unit.ts', [
  ['credit-not-taken', 'lost update', 'SEND takes no credit', 'now.credits.subWrap(1)', 'now.credits'],
  [
    'early-credit-lost',
    'credit race',
    'a credit that comes before the acknowledgement of its message is lost (R-ORDER-1)',
    '        .and(deferred.not())\n',
    '',
  ],
  [
    'early-credit-kept',
    'stale state',
    'a credit that came early once stands for all later ones',
    'idle: () => {\n          deferred.next(0)\n',
    'idle: () => {\n',
  ],
  [
    'reply-endpoint-stays',
    'lost update',
    'REPLY and ACK_MSG leave the reply endpoint valid',
    'invalidated(words[0]!)',
    'words[0]!',
  ],
  [
    'credit-of-the-start',
    'credit race',
    'SEND takes its credit from what the endpoint held at its start',
    'const now = unpack(sendWord0, words[0]!)',
    'const now = unpack(sendWord0, ours[0]!)',
  ],
  [
    'credit-of-anything',
    'missing interlock',
    'SEND takes a credit from what is no send endpoint any more (DEV-16)',
    ".and(isType(words, 'send'))",
    '',
  ],
  [
    'acknowledged-stays-unread',
    'lost update',
    'ACK_MSG and REPLY leave their message unread',
    'unread: receive.unread.and(slotBit.not()),',
    'unread: receive.unread,',
  ],
  [
    'length-one-more',
    'wrong packet field',
    'a message says it is a byte longer',
    'length: dataSize.truncate(13)',
    'length: dataSize.truncate(13).addWrap(1)',
  ],
  [
    'sender-of-unlimited',
    'wrong packet field',
    'a sender with unlimited credits asks for one back',
    'mux(unlimited, literal(16, noEndpoint), ep)',
    'ep',
  ],
  [
    'reply-size-without-endpoint',
    'wrong packet field',
    'a message without reply announces replies of 64 bytes',
    'literal(4, smallestMessageOrder)',
    'literal(4, smallestMessageOrder + 1)',
  ],
  [
    'reply-label-of-32-bits',
    'width cut',
    'the upper half of the reply label is not sent (DEV-5)',
    'mux(isReply, literal(64, 0), arg1)',
    'mux(isReply, literal(64, 0), arg1.truncate(32).extend(64))',
  ],
  [
    'reply-to-the-other',
    'wrong packet field',
    'a reply names the endpoint of its receive endpoint',
    'const targetEp = mux(isReply, reply.target.ep, send.target.ep)',
    'const targetEp = send.target.ep',
  ],
  [
    'offset-lost',
    'wrong packet field',
    'READ and WRITE begin at the beginning of their endpoint',
    'region.address.truncate(32).addWrap(arg1.truncate(32))',
    'region.address.truncate(32)',
  ],
  [
    'timeout-early',
    'wrong moment',
    'the send timeout is 50 cycles short',
    'silent.ge(parameters.sendTimeoutCycles)',
    'silent.ge(parameters.sendTimeoutCycles - 50)',
  ],
  [
    'reply-frees-nothing',
    'lost update',
    'REPLY leaves its slot occupied (DEV-20)',
    "const frees = isOp('acknowledge').or(isOp('reply')).and(fine)",
    "const frees = isOp('acknowledge').and(fine)",
  ],
])

export const fetchFaults = faultsOf('hdl/tcu/fetched-message.ts', [
  [
    'fetched-stays-unread',
    'lost update',
    'FETCH_MSG leaves its message unread',
    'unread: receive.unread.and(literal(32, 1).shiftLeft(index).not()),',
    'unread: receive.unread,',
  ],
  [
    'read-position-stays',
    'off by one',
    'FETCH_MSG leaves the read position at its message',
    'readPosition: index.extend(6).addWrap(1)',
    'readPosition: index.extend(6)',
  ],
])

export const senderFaults = faultsOf('hdl/tcu/packet-sender.ts', [
  [
    'last-lane-short',
    'off by one',
    'a burst announces one byte less than it carries',
    'segment.truncate(4).addWrap(offset).subWrap(1)',
    'segment.truncate(4).addWrap(offset).subWrap(2)',
  ],
  [
    'word-not-split',
    'dropped check',
    'eight bytes that cross a word of the source go as one flit',
    'mux(remaining.truncate(4).gt(toWordEnd), toWordEnd, remaining.truncate(4))',
    'remaining.truncate(4)',
  ],
  [
    'burst-one-more',
    'off by one',
    'a burst of exactly 512 bytes is not cut at its lines',
    'remaining.ge(burstBytes)',
    'remaining.gt(burstBytes)',
  ],
  [
    'header-not-counted',
    'wrong packet field',
    'a message announces a line less',
    'dataLines.addWrap(2)',
    'dataLines.addWrap(1)',
  ],
  [
    'room-one-more',
    'missing interlock',
    'one line more is read ahead than there is room for',
    'const room = reg(uint(3), linesBuffered)',
    'const room = reg(uint(3), linesBuffered + 1)',
  ],
  [
    'empty-message-lanes',
    'wrong packet field',
    'an empty message does not announce its last lane',
    'mux(remaining.any(), lastLane, literal(4, 15))',
    'lastLane',
  ],
])

export const printFaults = faultsOf('hdl/tcu/print-unit.ts', [
  [
    'print-length-cut',
    'width cut',
    'PRINT looks at nine bits of the length (DEV-14)',
    'ports.length.gt(longestText)',
    'ports.length.truncate(9).gt(longestText)',
  ],
  [
    'print-one-less',
    'off by one',
    'a long text announces a byte less',
    'left.truncate(4).subWrap(1)',
    'left.truncate(4).subWrap(2)',
  ],
])
