// The same in a browser, which has no files: designs are found by their modules, and their places are addresses.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** There are no files. */
export const existsSync = (): boolean => false

/** There are no files. */
export const readFileSync = (file: string): never => {
  throw new Error(`there are no files in a browser, so ${file} cannot be read`)
}

/** Everything up to the last slash. */
export const dirname = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))

export const isAbsolute = (path: string): boolean => path.startsWith('/')

/** Paths are shown as they are. */
export const relative = (_: string, to: string): string => to

export const resolve = (folder: string, file: string): string => (isAbsolute(file) ? file : `${folder}/${file}`)

/** The path of an address; `/` in a script that does not know its own. */
export const fileURLToPath = (url: string | URL | undefined): string =>
  url === undefined ? '/' : new URL(url).pathname

export const currentFolder = (): string => '/'

/** Only SHA-256, of text, in hexadecimal. */
export const createHash = (_: 'sha256') => {
  const hash = sha256.create()
  const made = {
    update: (text: string) => {
      hash.update(utf8ToBytes(text))
      return made
    },
    digest: (_form: 'hex'): string => bytesToHex(hash.digest()),
  }
  return made
}
