import { describe, expect, test } from 'vitest'
import { parseApp, parseXml, placeApps, XmlError } from '../../src/services/index.ts'

const places = [
  { id: 0, name: 'user2', types: ['core', 'imem'] },
  { id: 0x20, name: 'user3', types: ['core', 'imem'] },
]

const placed = (inside: string): readonly string[] =>
  placeApps(parseApp(`<app args="root">${inside}</app>`), places).map(
    ({ app, place, extra }) => `${app.args.join(' ')}@${[place, ...extra].map(({ name }) => name).join('+')}`,
  )

describe('a configuration', () => {
  test('gives every application a tile, in the order of the file', () => {
    expect(placed('<dom><app args="a 1"/></dom><dom tile="imem"><app args="b"/></dom>')).toEqual([
      'a 1@user2',
      'b@user3',
    ])
  })

  test('gives named tiles first', () => {
    expect(placed('<dom><app args="a"/></dom><dom tile="user2"><app args="b"/></dom>')).toEqual(['a@user3', 'b@user2'])
    expect(placed('<dom tile="0x20"><app args="a"/></dom>')).toEqual(['a@user3'])
  })

  test('gives accelerators by what they compute, and programs never get one', () => {
    const all = [...places, { id: 0x41, name: 'rot13a', types: ['rot13'] }, { id: 0x45, name: 'sha3', types: ['sha3'] }]
    const extraOf = (tiles: string, other = '') =>
      placeApps(parseApp(`<app args="root"><dom><app args="a">${tiles}</app></dom>${other}</app>`), all).map(
        ({ place, extra }) => [place, ...extra].map(({ name }) => name),
      )

    expect(extraOf('<tiles type="sha3"/><tiles type="fft|rot13"/>')).toEqual([['user2', 'sha3', 'rot13a']])
    expect(extraOf('<tiles type="fft" optional="1"/>', '<dom><app args="b"/></dom>')).toEqual([['user2'], ['user3']])
    expect(() => extraOf('<tiles type="rot13" count="2"/>')).toThrow(
      'the boot file needs more tiles of type rot13: there is only rot13a',
    )
    expect(() => extraOf('<tiles type="fft"/>')).toThrow('needs more tiles of type fft: there is none')
    expect(() => extraOf('', '<dom><app args="b"/></dom><dom><app args="c"/></dom>')).toThrow(
      'needs 3 tiles for its programs, but 2 tiles are free (user2, user3; root has its own)',
    )
  })

  test('gives an application further tiles of its own', () => {
    expect(placed('<dom><app args="a"><tiles type="core|perf"/></app></dom>')).toEqual(['a@user2+user3'])
  })

  test.each([
    ['<dom tile="user9"><app args="a"/></dom>', "there is no tile 'user9'"],
    [
      '<dom tile="user2"><app args="a"/></dom><dom tile="user2"><app args="b"/></dom>',
      'the tile user2 is wanted twice',
    ],
    [
      '<dom><app args="a"><tiles type="core" count="2"/></app></dom>',
      'needs 3 tiles for its programs, but 2 tiles are free',
    ],
    ['<dom><app args="a"/><app args="b"/></dom>', 'tiles are not shared yet'],
    ['<dom><app/></dom>', 'needs args'],
    [
      '<mods/>',
      '<mods> cannot stand inside <app>; <dom>, <rgate>, <sgate>, <sem>, <serial>, <mod>, <tiles>, <serv>, <sess> can',
    ],
    ['<dom><app args="a"><sess name="fs"/></app></dom>', "the session 'fs' has no service of that name"],
    [
      '<dom><app args="a"><serv name="fs"/></app></dom><dom><app args="b"><serv lname="x" gname="fs"/></app></dom>',
      "two services have the name 'fs'",
    ],
    ['<dom><app args="a" usrmem="4k"/></dom>', "<app> has no attribute 'usrmem'; it knows args, daemon"],
    ['<dom><app args="a" usermem="4q"/></dom>', 'usermem="4q" is not a number'],
    ['<dom><app args="a" eps="3"/></dom>', 'eps="3" is not a number from 7'],
    ['<dom><app args="a" time="5"/></dom>', 'time="5" is not a time such as 300us'],
    ['<dom><app args="a"><rgate name="r" slots="3"/></app></dom>', 'slots="3" is not a power of two'],
    ['<dom><app args="a"><rgate name="r" slots="64"/></app></dom>', 'slots="64" is not a number from 1 to 32'],
    ['<dom><app args="a"><rgate msgsize="64"/></app></dom>', 'needs name="..."'],
    ['<dom><app args="a"><sgate name="r"/></app></dom>', "the send gate 'r' has no receive gate of that name"],
    [
      '<dom><app args="a"><rgate name="r"/></app></dom><dom><app args="b"><sgate name="r" credits="2"/></app></dom>',
      "'r' has fewer slots than its senders credits",
    ],
    ['<dom><app args="a"><mod name="m" perm="rz"/></app></dom>', 'perm="rz" is not made of r, w and x'],
    ['<dom><app args="a"><sgate name="r" label="x"/></app></dom>', 'label="x" is not a number'],
  ])('%s is refused', (inside, message) => {
    expect(() => placed(inside)).toThrow(message)
  })

  test.each([
    ['\n<dom>\n<app args="a"><rgate name="r" slots="3"/></app></dom>', 3],
    ['<dom><app args="a">\n\n<sess/></app></dom>', 3],
    ['<dom>\n<app args="a"><sess name="fs"/></app></dom>', 2],
    ['<dom><app args="a"/></dom>\n<boot/>', 2],
  ])('what is wrong with %j is wrong in line %i', (inside, line) => {
    expect(() => placed(inside)).toThrow(expect.objectContaining({ line }))
  })
})

test('a text that is not XML says where', () => {
  const parse = () => parseXml('<config>\n  <dom>\n</config>')

  expect(parse).toThrow(XmlError)
  expect(parse).toThrow("Expected closing tag 'dom'")
})
