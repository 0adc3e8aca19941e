/** The folder that relative paths count from. */
export const currentFolder = (): string => process.cwd()
