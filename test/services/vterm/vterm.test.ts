import { describe, expect, test } from 'vitest'
import { systemCalls, WordWriter } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { Channel } from '../../../src/services/file/channel.ts'
import { linesOf } from '../../../src/services/file/lines.ts'
import { fileEvents, fileOperations, terminalModes } from '../../../src/services/file/protocol.ts'
import { openSendGate } from '../../../src/services/library/message-gates.ts'
import { RequestGate } from '../../../src/services/library/request-gate.ts'
import { resource } from '../../../src/services/library/resources.ts'
import { exchangeWithSession } from '../../../src/services/library/session.ts'
import { openSession } from '../../../src/services/manager/client.ts'
import { TerminalClient } from '../../../src/services/vterm/client.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles } from '../m3fs/boot.ts'

const minute = 60_000
const { nextIn, nextOut, commit, cloneFile, setDestination, setTerminalMode } = fileOperations
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (of: Uint8Array): string => new TextDecoder().decode(of)

type Typing = (type: (what: string) => Promise<void>, context: Context) => Promise<void>

/** Runs programs with sessions at the terminal, while somebody types. */
const runTerminal = async (users: Readonly<Record<string, (context: Context) => Promise<void>>>, typing?: Typing) => {
  const main = (run: (context: Context) => Promise<void>) => async (context: Context) => {
    await run(context)
    return 0
  }
  const keyboard = async (context: Context): Promise<void> => {
    const gate = await openSendGate(context, resource(context, 'send gate', 'serial').selector)
    await typing?.(async (what) => void (await gate.call(bytes(what))), context)
  }
  const app = (args: string, inside: string): string => `<dom><app args="${args}">${inside}</app></dom>`
  return bootFiles({
    config:
      '<dom><app args="vterm" daemon="1"><serial/><serv name="vterm"/></app></dom>' +
      Object.keys(users)
        .map((name) => app(name, '<sess name="vterm"/>'))
        .join('') +
      app('keyboard', '<sgate name="serial"/>'),
    uses: ['vterm'],
    limitCycles: 600_000,
    programs: {
      ...Object.fromEntries(Object.entries(users).map(([name, run]) => [name, main(run)])),
      keyboard: main(keyboard),
    },
  })
}

describe('the serial console', { timeout: minute }, () => {
  test('prints what programs write, and gives them the lines that are typed', async () => {
    const lines: string[] = []
    const { printed, exits } = await runTerminal(
      {
        reader: async (context) => {
          const terminal = await TerminalClient.open(context)
          const [{ file: input }, { file: output }] = [await terminal.open('input'), await terminal.open('output')]
          await output.write(bytes('who is there? '))
          await output.flush()
          for await (const line of linesOf(input)) lines.push(line)
          await output.write(bytes(`bye, ${lines[0] ?? ''}`))
          await output.close()
          await terminal.close()
        },
      },
      async (type, context) => {
        await context.pause(20_000)
        await type('ada\x7fam\nand ')
        await type('eve\n')
        await type('\x04')
      },
    )

    expect(lines).toEqual(['adam', 'and eve'])
    expect(printed).toBe('who is there? ada\b \bam\nand eve\nbye, adam')
    expect(exits).toEqual({ root: 0, vterm: 0, reader: 0, keyboard: 0 })
  })

  test('writes more than a window holds, from several programs, each piece as a whole', async () => {
    const part = (letter: string): string => letter.repeat(700)
    const writer = (letter: string) => async (context: Context) => {
      const { file } = await (await TerminalClient.open(context)).open('output')
      await file.write(bytes(part(letter)))
      await file.close()
    }
    const { printed } = await runTerminal({ a: writer('a'), b: writer('b') })

    expect([...printed].filter((each) => each === 'a').join('')).toBe(part('a'))
    expect([...printed].filter((each) => each === 'b').join('')).toBe(part('b'))
    expect(printed).toMatch(/^([ab])\1{255}/)
  })

  test('a client that was told of input which another one took gets WouldBlock instead of waiting', async () => {
    const got: string[] = []
    let waiting = false
    await runTerminal(
      {
        two: async (context) => {
          const terminal = await TerminalClient.open(context)
          const first = await terminal.open('input')
          const clone = context.selector(2)
          const range = { start: clone, count: 2 }
          const start = await terminal.end('input')
          await exchangeWithSession(context, start, 'obtain', range, new WordWriter().word(cloneFile))
          const second = await Channel.open(context, clone)
          await first.enableEvents()
          await first.wantEvents(fileEvents.input)
          waiting = true
          expect(await first.nextEvents()).toBe(fileEvents.input)
          got.push(text(await second.file.read(2)))
          got.push(await errorOf(first.file.read(1)))
          await second.file.close()
          await first.file.close()
        },
      },
      async (type, context) => {
        while (!waiting) await context.pause(100)
        await type('x\n')
      },
    )

    expect(got).toEqual(['x\n', 'WouldBlock'])
  })

  test('tells of signals, input and space to those who want to know', async () => {
    const got: (number | string)[] = []
    let step = 0
    await runTerminal(
      {
        listener: async (context) => {
          const terminal = await TerminalClient.open(context)
          const [input, output] = [await terminal.open('input'), await terminal.open('output')]
          got.push(await errorOf(input.wantEvents(fileEvents.input)))
          await output.enableEvents()
          got.push(await errorOf(output.enableEvents()))
          await output.wantEvents(fileEvents.output)
          got.push(await output.nextEvents())
          await input.enableEvents()
          await input.wantEvents(fileEvents.signal)
          step = 1
          got.push(await input.nextEvents())
          await input.wantEvents(fileEvents.input | fileEvents.signal)
          step = 2
          got.push(await input.nextEvents(), text(await input.file.read(10)))
        },
      },
      async (type, context) => {
        while (step < 1) await context.pause(100)
        await type('\x03')
        while (step < 2) await context.pause(100)
        await type('in\n')
      },
    )

    const { input, output, signal } = fileEvents
    expect(got).toEqual(['NotSup', 'Exists', output, signal, input, 'in\n'])
  })

  test('has a mode that all share: raw input comes byte by byte and is not shown', async () => {
    const got: unknown[] = []
    let ready = false
    const { printed } = await runTerminal(
      {
        raw: async (context) => {
          const terminal = await TerminalClient.open(context)
          const [input, output] = [await terminal.open('input'), await terminal.open('output')]
          got.push(await input.mode())
          await input.setMode(terminalModes.raw)
          got.push(await output.mode())
          ready = true
          got.push(text(await input.file.read(10)))
        },
      },
      async (type, context) => {
        while (!ready) await context.pause(100)
        await type('\x03a\x7f')
      },
    )

    expect(got).toEqual([terminalModes.cooked, terminalModes.raw, '\x03a\x7f'])
    expect(printed).toBe('')
  })

  test('refuses what channels cannot do, and goes on', async () => {
    const errors: string[] = []
    const { exits } = await runTerminal({
      wrong: async (context) => {
        const terminal = await TerminalClient.open(context)
        const ask = (gate: RequestGate, ...words: readonly number[]): Promise<unknown> =>
          gate.request(words.reduce((writer, word) => writer.word(word), new WordWriter()))
        const start = await terminal.end('output')
        const gate = new RequestGate(context, start + 1)
        const note = async (operation: Promise<unknown>) => void errors.push(await errorOf(operation))
        await note(ask(gate, nextOut, 0))
        await note(ask(gate, nextIn, 0))
        await note(ask(gate, commit, 0, 1))
        await note(ask(gate, setTerminalMode, 0, 2))
        await note(ask(gate, 99, 0))
        await note(ask(gate, nextOut, 1))
        const none = { start: context.selector(), count: 1 }
        await note(
          exchangeWithSession(context, start, 'delegate', none, new WordWriter().word(fileOperations.enableNotify)),
        )
        await note(ask(gate, fileOperations.requestNotify, 0, 7))
        await note(exchangeWithSession(context, start, 'delegate', none, new WordWriter().word(setDestination)))
        await note(ask(gate, nextOut, 0))
        const { file } = await terminal.open('output')
        await file.write(bytes('still here'))
        await file.close()
      },
    })

    // Delegating what one does not have gives nothing: an endpoint that shows nothing is found out with the first use.
    expect(errors.slice(0, 6)).toEqual(['InvArgs', 'NoPerm', 'InvArgs', 'InvArgs', 'InvArgs', 'InvArgs'])
    expect(errors.slice(6)).toEqual(['Success', 'Success', 'Success', 'InvArgs'])
    expect(exits).toMatchObject({ vterm: 0, wrong: 0 })
  })

  test('a client that does not look at its notifications holds nobody up, and a dead one is forgotten', async () => {
    let inactive = ''
    const { printed, exits } = await runTerminal({
      rude: async (context) => {
        const start = await (await TerminalClient.open(context)).end('output')
        const [rgate, sgate] = [context.selector(), context.selector()]
        await context.calls.call(systemCalls.createRgate, { dst: rgate, order: 6, messageOrder: 6 })
        await context.calls.call(systemCalls.createSgate, { dst: sgate, rgate, label: 0, credits: 1 })
        const args = new WordWriter().word(fileOperations.enableNotify)
        await exchangeWithSession(context, start, 'delegate', { start: sgate, count: 1 }, args)
        const gate = new RequestGate(context, start + 1)
        const arm = new WordWriter().word(fileOperations.requestNotify).word(0).word(7)
        inactive = await errorOf(gate.request(arm))
      },
      polite: async (context) => {
        await context.pause(5000)
        const { file } = await (await TerminalClient.open(context)).open('output')
        await file.write(bytes('done'))
        await file.close()
      },
    })

    expect(inactive).toBe('RecvGone')
    expect(printed).toBe('done')
    expect(exits).toMatchObject({ vterm: 0, rude: 0, polite: 0 })
  })

  test('a program that dies while it waits for input leaves the input to the next one', async () => {
    const got: string[] = []
    let [waits, died] = [false, false]
    const { exits } = await runTerminal(
      {
        mortal: async (context) => {
          const { file } = await (await TerminalClient.open(context)).open('input')
          waits = true
          // The multiplexer ends it in the middle of its request.
          await Promise.race([file.read(1), context.pause(5000)])
          died = true
        },
        heir: async (context) => {
          while (!died) await context.pause(500)
          await context.pause(8000)
          const { file } = await (await TerminalClient.open(context)).open('input')
          got.push(text(await file.read(10)))
        },
      },
      async (type, context) => {
        while (!waits || !died) await context.pause(500)
        await context.pause(4000)
        await type('will\n')
      },
    )

    expect(got).toEqual(['will\n'])
    expect(exits).toMatchObject({ root: 0, vterm: 0, heir: 0 })
  })

  test('a program without a session cannot reach it', async () => {
    let error = ''
    await runTerminal({ some: async () => {} }, async (_type, context) => {
      error = await errorOf(openSession(context, 'vterm'))
    })

    expect(error).toBe('InvArgs')
  })
})

test('the boot file may have one <serial/>, and no other gate of that name', { timeout: minute }, async () => {
  const { printed } = await bootFiles({
    config: '<dom><app args="vterm"><rgate name="serial"/></app></dom>',
    uses: ['vterm'],
  })

  expect(printed).toContain("boot.xml: the gate 'serial' is that of <serial/>: give this <rgate> another name")
})
