/** Exchanges of the service "pipes" beyond those of files. Source: services section 4. */
export const pipeOperations = Object.freeze({ openPipe: 14, openChannel: 15, setMemory: 16 })

/** Argument of OpenChan for the end that reads; everything else is the end that writes. Services section 4. */
export const readerArgument = 1

/** Type and permissions of a pipe in a FileInfo: a character device that its owner may read and write. Services section 4. */
export const pipeMode = 0o020600
