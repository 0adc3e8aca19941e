/** Faults in the checks of commands. */
import { faultsOf } from './mutant.ts'

const bound = 'exceeds(inputs.end, ep.size.extend(65))'
const permission = "    [ep.permissions.and(memoryPermissions[access]).any().not(), 'NO_PERM'],\n"
const bounds = `    [${bound}, 'OUT_OF_BOUNDS'],\n`
const wanted =
  "    [wantsReply.and(exists(replyEp, endpoints).and(isType(inputs.others, 'receive')).not()), 'NO_REP'],\n"
const credits = "    [ep.credits.any().not(), 'NO_CREDITS'],\n"
const order = "    [ep.messageOrder.gt(largestMessageOrder), 'SEND_INV_MSG_SZ'],\n"
const size = "    [tooLarge(inputs.dataSize, ep.messageOrder), 'OUT_OF_BOUNDS'],\n"
const sendForeign = '    ...foreign(inputs, choice, ep.act),\n'
const wantedForeign = '    ...foreign(inputs, choice, asReceive(inputs.others).act, wantsReply),\n'
const receiveForeign = '    ...foreign(inputs, choice, receive.act),\n'
const sendReply = "    [ep.reply, 'SEND_REPLY_EP'],\n"
const sep = "    [isType(inputs.others, 'send').not(), 'NO_SEP'],\n"
const normal = "    [ep.reply.not(), 'SEND_REPLY_EP'],\n"
const creditEp = "    [ep.creditEp.ne(noEndpoint).and(exists(ep.creditEp, endpoints).not()), 'SEND_INV_CRD_EP'],\n"
const enabled = "    [replies.enabled.not(), 'REPLIES_DISABLED'],\n"
const range = "    [replies.exists.not(), 'RECV_INV_RPL_EPS'],\n"
const index = "    [slotOf(inputs).ge(receive.slots.extend(32)), 'INV_MSG_OFF'],\n"

export const checkFaults = faultsOf('hdl/tcu/command-checks.ts', [
  [
    'transfer-any-endpoint',
    'dropped check',
    'READ and WRITE take any endpoint for a memory endpoint',
    "exists(inputs.ep, endpoints).and(isType(inputs.words, 'memory'))",
    'exists(inputs.ep, endpoints)',
  ],
  [
    'transfer-endpoint-alias',
    'width cut',
    'READ and WRITE use the low bits of an endpoint id that is too large (DEV-1)',
    "exists(inputs.ep, endpoints).and(isType(inputs.words, 'memory'))",
    "isType(inputs.words, 'memory')",
  ],
  ['permission-ignored', 'dropped check', 'READ and WRITE need no permission', permission, ''],
  [
    'permission-exchanged',
    'wrong register',
    'READ needs the permission to write, and WRITE that to read',
    'memoryPermissions[access]',
    "memoryPermissions[access === 'read' ? 'write' : 'read']",
  ],
  [
    'bound-before-permission',
    'swapped check order',
    'the bounds are checked before the permission',
    permission + bounds,
    bounds + permission,
  ],
  [
    'bound-one-more',
    'off by one',
    'READ and WRITE may go one byte beyond their endpoint',
    bound,
    'exceeds(inputs.end, ep.size.extend(65).addWrap(1))',
  ],
  [
    'bound-one-less',
    'off by one',
    'READ and WRITE may not reach the last byte of their endpoint',
    bound,
    'exceeds(inputs.end.addWrap(1), ep.size.extend(65))',
  ],
  [
    'bound-wraps',
    'width cut',
    'offset and size are added without carry',
    bound,
    'exceeds(inputs.end.truncate(64).extend(65), ep.size.extend(65))',
  ],
  [
    'bound-of-32-bits',
    'width cut',
    'only the low half of offset and size is looked at (DEV-3)',
    bound,
    'exceeds(inputs.end.truncate(32).extend(65), ep.size.extend(65))',
  ],
  [
    'window-as-buffer',
    'dropped check',
    'a transfer with a buffer in the register window is no matter of permission (DEV-2)',
    "    [inputs.local.window, 'NO_PERM'],\n    [inputs.local.outside, 'TIMEOUT_MEM'],\n  ])\n}\n\n/** Section 4.3",
    "    [inputs.local.outside, 'TIMEOUT_MEM'],\n  ])\n}\n\n/** Section 4.3",
  ],
  ['send-through-reply', 'dropped check', 'SEND takes a reply endpoint', sendReply, ''],
  [
    'send-reply-late',
    'swapped check order',
    'SEND looks at the size limit before the kind of its endpoint',
    sendReply + sendForeign + order,
    sendForeign + order + sendReply,
  ],
  [
    'send-order-late',
    'swapped check order',
    'SEND looks at the size before the limit of all sizes',
    sendReply + sendForeign + order + size,
    sendReply + sendForeign + size + order,
  ],
  [
    'message-one-more',
    'off by one',
    'a message may be a byte larger than its endpoint allows',
    'addWrap(messageHeaderBytes).gt(limit)',
    'addWrap(messageHeaderBytes - 1).gt(limit)',
  ],
  [
    'message-wraps',
    'width cut',
    'the size of a message is compared without its upper bits (DEV-3)',
    'size.ge(2 ** largestMessageOrder).or(size.truncate(12).addWrap(messageHeaderBytes).gt(limit))',
    'size.truncate(12).addWrap(messageHeaderBytes).gt(limit)',
  ],
  [
    'aligned-to-eight',
    'width cut',
    'messages may begin at multiples of eight',
    'inputs.dataAddress.truncate(4).any()',
    'inputs.dataAddress.truncate(3).any()',
  ],
  ['reply-endpoint-unchecked', 'dropped check', 'SEND names any endpoint for its reply', wanted, ''],
  [
    'reply-endpoint-alias',
    'width cut',
    'SEND uses the low bits of the endpoint for its reply (DEV-1)',
    "exists(replyEp, endpoints).and(isType(inputs.others, 'receive'))",
    "isType(inputs.others, 'receive')",
  ],
  [
    'credits-first',
    'swapped check order',
    'SEND looks at its credits before the endpoint for the reply',
    wanted + wantedForeign + credits,
    credits + wanted + wantedForeign,
  ],
  ['credits-unchecked', 'dropped check', 'SEND needs no credit', credits, ''],
  ['credits-one-kept', 'off by one', 'SEND keeps its last credit', 'ep.credits.any().not()', 'ep.credits.le(1)'],
  [
    'index-truncated',
    'width cut',
    'the slot of a REPLY or ACK_MSG is cut to six bits (DEV-4)',
    'inputs.arg0.shiftRight(asReceive(inputs.words).slotOrder)',
    'inputs.arg0.shiftRight(asReceive(inputs.words).slotOrder).and(0x3f)',
  ],
  ['replies-always', 'dropped check', 'REPLY works where replies are disabled', enabled, ''],
  ['reply-range-unchecked', 'dropped check', 'REPLY does not see that its reply endpoints do not exist', range, ''],
  [
    'reply-range-late',
    'swapped check order',
    'REPLY looks at the slot before the range of reply endpoints',
    range + receiveForeign + index,
    receiveForeign + index + range,
  ],
  [
    'reply-index-one-more',
    'off by one',
    'REPLY takes the slot behind the last one',
    index + sep,
    index.replace('.ge(', '.gt(') + sep,
  ],
  ['reply-through-send', 'dropped check', 'REPLY takes a send endpoint that is no reply endpoint', normal, ''],
  ['credit-endpoint-unchecked', 'dropped check', 'REPLY takes any endpoint for its credit', creditEp, ''],
  [
    'reply-kind-first',
    'swapped check order',
    'REPLY looks at the kind of its reply endpoint before its type',
    sep + normal,
    normal + sep,
  ],
  [
    'acknowledge-range-unchecked',
    'dropped check',
    'ACK_MSG does not see that the reply endpoints do not exist',
    "    [replies.enabled.and(replies.exists.not()), 'RECV_INV_RPL_EPS'],\n",
    '',
  ],
  [
    'fetch-any-endpoint',
    'dropped check',
    'FETCH_MSG takes any endpoint',
    "exists(inputs.ep, builtWith(choice).endpoints).and(isType(inputs.words, 'receive'))",
    'exists(inputs.ep, builtWith(choice).endpoints)',
  ],
  [
    'memory-one-more',
    'off by one',
    'local memory has a byte more for the checks',
    '.or(end.bit(bits).and(end.and(memory.memoryBytes - 1).any()))',
    '.or(end.bit(bits).and(end.and(memory.memoryBytes - 2).any()))',
  ],
])

export const endpointFaults = faultsOf('hdl/endpoints/views.ts', [
  [
    'slots-uncapped',
    'dropped check',
    'more than 32 slots are not 32 (DEV-9)',
    'mux(word0.slotsOrder.gt(largestSlotsOrder), literal(6, largestSlotsOrder), word0.slotsOrder)',
    'word0.slotsOrder',
  ],
  [
    'search-stops-at-end',
    'missing wrap',
    'the search for a slot does not go on at the first one',
    'mux(above.any(), lowestOne(above), lowestOne(mask))',
    'lowestOne(above)',
  ],
  [
    'search-begins-behind',
    'off by one',
    'a position equal to the number of slots is not the first one',
    'position.ge(slots)',
    'position.gt(slots)',
  ],
  [
    'slots-beyond-number',
    'dropped check',
    'slots beyond the number of slots are looked at (DEV-9)',
    'cat(...others.reverse(), literal(1, 1)) as UInt<32>',
    'literal(32, 0xffff_ffff)',
  ],
  [
    'type-of-two-bits',
    'width cut',
    'types 5 to 7 are taken for 1 to 3',
    '.type.eq(endpointTypes[type])',
    '.type.truncate(2).eq(endpointTypes[type])',
  ],
])
