/** Requests to a resource manager. Source: services section 5.1. */
export const managerOperations = Object.freeze({
  registerService: 0,
  unregisterService: 1,
  openSession: 2,
  closeSession: 3,
})
