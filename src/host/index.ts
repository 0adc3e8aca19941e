// What the language asks of the computer that it runs on. In a browser, `browser.ts` stands in for this file.

// Files
export { existsSync, readFileSync } from 'node:fs'
export { dirname, isAbsolute, relative, resolve } from 'node:path'
export { fileURLToPath } from 'node:url'
export { currentFolder } from './current-folder.ts'

// Content hashes
export { createHash } from 'node:crypto'
