import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bootFile, freshFolder, tessera } from './run-cli.ts'

const hello = '<dom><app args="hello"/></dom>'

const refused = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await tessera(['boot', ...args])
  expect([code, out]).toEqual([2, ''])
  return err
}

describe('boot says once what is wrong and ends with 2', () => {
  test('when the file is no XML', async () => {
    const path = join(freshFolder(), 'boot.xml')
    writeFileSync(path, '<config>\n  <mods>\n  </mod>\n</config>\n')

    expect(await refused(path)).toBe(
      `tessera: ${path}:3:3: this is not XML: Expected closing tag 'mods' (opened in line 2, col 3) instead of closing tag 'mod'.\n` +
        '\n 3 |   </mod>\n   |   ^\n',
    )
  })

  test('when a program does not exist', async () => {
    const path = bootFile(hello, '<mod name="hello" file="helo"/>')

    expect(await refused(path)).toMatch(
      /boot\.xml: there is no program 'helo'; there are hello, rpc-client, [-a-z0-9, ]*\. Did you mean 'hello'\?\n$/,
    )
  })

  test.each([
    ['<mod name="fs" directory="nowhere"/>', /nowhere cannot be read: ENOENT/],
    ['<mod name="fs" image="nowhere"/>', /the image .*nowhere cannot be read: ENOENT/],
    [
      '<mod name="fs" directory="." blocksize="1000"/>',
      /blocks have a power of two of bytes from 512 to 65536, not 1000/,
    ],
    ['<mod name="fs" directory="." blocksize="1k"/>', /<mod> blocksize="1k" is not a number of bytes/],
    ['<mod name="fs" file="hello" image="x"/>', /<mods> holds <mod name="..." file="PROGRAM"\/>, <mod name=/],
  ])('when there is nothing to make a module of: %s', async (mod, message) => {
    expect(await refused(bootFile(hello, mod))).toMatch(message)
  })

  test('when a program is in no module', async () => {
    const path = bootFile('<dom><app args="helo"/></dom>')

    expect(await refused(path)).toBe(
      `tessera: ${path}: there is no module 'helo' for a program; <mods> has hello. Did you mean 'hello'?\n`,
    )
  })

  test('when a tile does not exist', async () => {
    const path = bootFile('<dom tile="user9"><app args="hello"/></dom>')

    expect(await refused(path)).toBe(
      `tessera: ${path}: there is no tile 'user9' for a program; there are user2, user3, and the types core, imem\n`,
    )
  })

  test('when more tiles are needed than there are', async () => {
    const path = bootFile(hello.repeat(3))

    expect(await refused(path)).toBe(
      `tessera: ${path}: the boot file needs 3 tiles for its programs, but 2 tiles are free ` +
        '(user2, user3; root has its own); enough has <config system="soc_3x2">, or --system\n',
    )
    expect(await refused(bootFile(hello.repeat(9)))).toMatch(
      /but 2 tiles are free \(user2, user3; root has its own\)\n$/,
    )
  })

  test('when the system does not exist', async () => {
    expect(await refused(bootFile(hello), '--system', 'soc_3x1')).toMatch(
      /^tessera: there is no system 'soc_3x1'; there are soc_2x2, soc_3x2.*\. Did you mean 'soc_3x2'\?\n$/,
    )
  })

  test('when the file is missing', async () => {
    expect(await refused('boot/nowhere.xml')).toBe('tessera: boot/nowhere.xml: there is no such file\n')
  })

  test('when the file is a directory', async () => {
    expect(await refused('boot')).toBe('tessera: boot: this is a directory\n')
  })

  test('when an option is unknown', async () => {
    expect(await refused('boot/hello.xml', '--plattform', 'model')).toBe(
      "tessera: error: unknown option '--plattform'\n(Did you mean --platform?)\n",
    )
  })

  test('when no file is named', async () => {
    expect(await refused()).toBe("tessera: error: missing required argument 'file'\n")
  })

  test('when the platform is unknown', async () => {
    expect(await refused('boot/hello.xml', '--platform', 'modle')).toBe(
      "tessera: there is no platform 'modle'; there are model, rtl, lockstep. Did you mean 'model'?\n",
    )
  })

  test('when the seed is no number', async () => {
    expect(await refused('boot/hello.xml', '--seed', 'x')).toBe(
      'tessera: --seed x: this has to be a whole number, 0 or more\n',
    )
  })

  test('when the trace cannot be written', async () => {
    expect(await refused('boot/hello.xml', '--trace', '/nowhere/trace.jsonl')).toMatch(
      /^tessera: the trace \/nowhere\/trace\.jsonl cannot be written: ENOENT/,
    )
  })

  test('when the model is asked for a waveform', async () => {
    expect(await refused('boot/hello.xml', '--wave', 'hello.fst')).toBe(
      'tessera: the model has no signals to record: --wave needs --platform rtl or lockstep\n',
    )
  })

  test('when the waveform has no format', async () => {
    expect(await refused('boot/hello.xml', '--wave', 'hello.wave')).toBe(
      'tessera: --wave hello.wave: the name has to end in .vcd or .fst\n',
    )
  })

  test('when a program may not have what it asks for, with the line', async () => {
    const path = join(freshFolder(), 'boot.xml')
    writeFileSync(
      path,
      '<config>\n<!-- <app\n-->\n<dom><app args="root">\n<dom><app args="a" usrmem="1"/></dom></app></dom></config>',
    )

    expect(await refused(path)).toMatch(/boot\.xml:5: <app> has no attribute 'usrmem'/)
  })

  test('when the kernel is given too little memory', async () => {
    const path = join(freshFolder(), 'boot.xml')
    writeFileSync(path, '<config><kernel args="kernel -m 1k"/><dom><app args="root"/></dom></config>')

    expect(await refused(path)).toMatch(/needs whole pages above 65536 bytes, not 1024\n$/)
  })
})

test('an unknown command ends with 2 and a suggestion', async () => {
  const { code, err } = await tessera(['bot'])

  expect([code, err]).toEqual([2, "tessera: error: unknown command 'bot'\n(Did you mean boot?)\n"])
})

test('the help has an example and ends with 0', async () => {
  const { code, out } = await tessera(['boot', '--help'])

  expect(code).toBe(0)
  expect(out).toContain('$ tessera boot boot/rpc.xml --platform lockstep')
})
