/** Where Monitor listens in the example system. */
export const monitorPort = 7000
