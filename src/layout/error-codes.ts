/** TCU error codes. Source: TCU interface 2.0.1, section 8.1. */

/** Error codes of the TCU, 5 bits. */
export const errorCodes = Object.freeze({
  NONE: 0,
  NO_MEP: 1,
  NO_SEP: 2,
  NO_REP: 3,
  FOREIGN_EP: 4,
  SEND_REPLY_EP: 5,
  RECV_GONE: 6,
  RECV_NO_SPACE: 7,
  REPLIES_DISABLED: 8,
  OUT_OF_BOUNDS: 9,
  NO_CREDITS: 10,
  NO_PERM: 11,
  INV_MSG_OFF: 12,
  TRANSLATION_FAULT: 13,
  ABORT: 14,
  UNKNOWN_CMD: 15,
  RECV_OUT_OF_BOUNDS: 16,
  RECV_INV_RPL_EPS: 17,
  SEND_INV_CRD_EP: 18,
  SEND_INV_MSG_SZ: 19,
  TIMEOUT_MEM: 20,
  TIMEOUT_NOC: 21,
  PAGE_BOUNDARY: 22,
  MSG_UNALIGNED: 23,
  TLB_MISS: 24,
  TLB_FULL: 25,
  NO_PMP_EP: 26,
  CRITICAL: 31,
} as const)

export type ErrorName = keyof typeof errorCodes

/** The name of an error code, `ERROR_n` for codes without a name. */
export const errorName = (code: number): string =>
  Object.entries(errorCodes).find(([, value]) => value === code)?.[0] ?? `ERROR_${code}`
