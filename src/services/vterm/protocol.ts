/** The service "vterm" beyond the file protocol. Source: services section 6.1. */

/** Argument of CloneFile on a meta session. */
export const terminalEnds = Object.freeze({ input: 0, output: 1 })

/** Bytes of the window that each channel has in the server's memory. */
export const windowBytes = 256

/** Type and permissions of a terminal in a FileInfo: a character device that its owner may read and write. */
export const terminalMode = 0o020600

/** Name of the gate on which the bytes of the serial line arrive. */
export const serialGate = 'serial'
