/** Requests to a resource manager. Source: services section 5.1. */
export const managerOperations = Object.freeze({
  registerService: 0,
  unregisterService: 1,
  openSession: 2,
  closeSession: 3,
  addChild: 4,
  removeChild: 5,
  allocateMemory: 6,
  freeMemory: 7,
  allocateTile: 8,
  freeTile: 9,
  useReceiveGate: 10,
  useSendGate: 11,
  useSemaphore: 12,
  useModule: 13,
  getSerial: 14,
  getInfo: 15,
})

/** What GetInfo answers: about one program, or how many there are. */
export const infoTags = Object.freeze({ program: 0, count: 1 })
/** The index that asks how many there are. */
export const countIndex = 0xffff_ffff_ffff_ffffn
/** Characters of a program's name in an answer. */
export const infoNameCharacters = 32
