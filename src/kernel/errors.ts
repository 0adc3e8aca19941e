/** Error codes of system calls and programs, and the exception that carries one. Source: kernel section 5. */

const names = [
  'Success',
  'NoMEP',
  'NoSEP',
  'NoREP',
  'ForeignEP',
  'SendReplyEP',
  'RecvGone',
  'RecvNoSpace',
  'RepliesDisabled',
  'OutOfBounds',
  'NoCredits',
  'NoPerm',
  'InvMsgOff',
  'TranslationFault',
  'Abort',
  'UnknownCmd',
  'RecvOutOfBounds',
  'RecvInvReplyEPs',
  'SendInvCreditEp',
  'SendInvMsgSize',
  'TimeoutMem',
  'TimeoutNoC',
  'PageBoundary',
  'MsgUnaligned',
  'TLBMiss',
  'TLBFull',
  'NoPMPEP',
  'NoIRQ',
  'InvArgs',
  'ActivityGone',
  'OutOfMem',
  'NoSuchFile',
  'NotSup',
  'NoFreeTile',
  'InvalidElf',
  'NoSpace',
  'Exists',
  'XfsLink',
  'DirNotEmpty',
  'IsDir',
  'IsNoDir',
  'EPInvalid',
  'EndOfFile',
  'MsgsWaiting',
  'UpcallReply',
  'CommitFailed',
  'NoKernMem',
  'NotFound',
  'NotRevocable',
  'Timeout',
  'ReadFailed',
  'WriteFailed',
  'Utf8Error',
  'BadFd',
  'SeekPipe',
  'Unspecified',
  'InvState',
  'WouldBlock',
  'InProgress',
  'AlreadyInProgress',
  'NotConnected',
  'IsConnected',
  'InvChecksum',
  'SocketClosed',
  'ConnectionFailed',
] as const

export type ErrorCodeName = (typeof names)[number]

/** Number of each error. Kernel section 5. */
export const codes = Object.freeze(
  Object.fromEntries(names.map((name, code) => [name, code])) as Record<ErrorCodeName, number>,
)

/** Name of an error code, `Error n` for codes without one. */
export const codeName = (code: number | bigint): string => names[Number(code)] ?? `Error ${code}`

/** What a system call or a TCU command refused. */
export class CallError extends Error {
  readonly code: number

  constructor(code: number, doing?: string) {
    super(doing === undefined ? codeName(code) : `${doing}: ${codeName(code)}`)
    this.name = 'CallError'
    this.code = code
  }
}

/** Ends the current call with an error. */
export const refuse = (name: ErrorCodeName): never => {
  throw new CallError(codes[name])
}

/** Ends the current call with InvArgs unless `condition` holds. */
export function ensure(condition: boolean, name: ErrorCodeName = 'InvArgs'): asserts condition {
  if (!condition) refuse(name)
}
