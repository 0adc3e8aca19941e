/** Requests and exchanges of m3fs beyond those of files. Source: services sections 2.2 and 3.4. */
export const metaOperations = Object.freeze({
  stat: 14,
  mkdir: 15,
  rmdir: 16,
  link: 17,
  unlink: 18,
  rename: 19,
  open: 20,
  getMemory: 21,
  delegateEndpoint: 22,
  openPrivate: 23,
  closePrivate: 24,
  cloneMeta: 25,
})

/** Bytes of a request of m3fs. Services section 3.2. */
export const metaRequestBytes = 128
/** Send gates that a session can have. Services section 1.4. */
export const metaConnections = 1024
/** Files open at once in a session tree, unless the session's argument says otherwise. Services section 3.2. */
export const usualOpenFiles = 16
