/** Paths inside a file system. Source: services section 3.4. */

/** Names of a path: leading slashes do not matter, one or more slashes separate. */
export const componentsOf = (path: string): readonly string[] => path.split('/').filter((name) => name !== '')

/** Whether a name is one that every directory has of itself. */
export const isSelfOrParent = (name: string): boolean => name === '.' || name === '..'
