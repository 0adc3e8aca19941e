// Runs the tools of a build: everything they print goes to the log, and none of them outlives an interrupted build.

import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, rmSync } from 'node:fs'

const children = new Set<ChildProcess>()
const leftovers = new Set<string>()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Where a program runs, and when to give up. */
export interface RunOptions {
  readonly directory: string
  /** Receives the command and all output. */
  readonly log: string
  readonly signal?: AbortSignal | undefined
  readonly env?: NodeJS.ProcessEnv
}

/** How a program ended and what it printed. */
export interface RunResult {
  readonly ok: boolean
  readonly output: string
  /** Set when the program did not end by itself. */
  readonly killedBy: string | undefined
}

/** Runs `command` to its end. Rejects only when it cannot be started or is aborted. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted()
  appendFileSync(options.log, `$ ${[command, ...args].join(' ')}\n`)
  return new Promise((resolve, reject) => {
    // A process group of its own, so that a compiler's own children end with it.
    const child = spawn(command, args, {
      cwd: options.directory,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const output: Buffer[] = []
    const abort = (): void => killGroup(child)
    watch(child)
    options.signal?.addEventListener('abort', abort, { once: true })
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', (error) => {
      forget(child)
      reject(error)
    })
    child.on('close', (code, signal) => {
      forget(child)
      options.signal?.removeEventListener('abort', abort)
      const text = Buffer.concat(output).toString('utf8')
      try {
        appendFileSync(options.log, `${text}${code === 0 ? '' : `(ended with ${signal ?? code})\n`}`)
      } catch {
        // The disk is full: the caller has the text anyway.
      }
      if (options.signal?.aborted === true) reject(options.signal.reason as Error)
      else resolve({ ok: code === 0, output: text, killedBy: signal ?? undefined })
    })
  })
}

/** Removes `path` should the process end before `keep` is called with the same path. */
export function removeOnExit(path: string): void {
  leftovers.add(path)
  listen()
}

/** Takes back `removeOnExit`. */
export function keep(path: string): void {
  leftovers.delete(path)
  unlisten()
}

function watch(child: ChildProcess): void {
  children.add(child)
  listen()
}

function forget(child: ChildProcess): void {
  children.delete(child)
  unlisten()
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

function cleanUp(): void {
  for (const child of children) killGroup(child)
  for (const path of leftovers) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
}

function onSignal(signal: NodeJS.Signals): void {
  cleanUp()
  // Somebody else who listens decides when the process ends; alone, we end it the way it would have ended.
  if (process.listenerCount(signal) > 1) return
  process.removeListener(signal, onSignal)
  process.kill(process.pid, signal)
}

let listening = false

function listen(): void {
  if (listening) return
  listening = true
  for (const signal of signals) process.on(signal, onSignal)
  process.on('exit', cleanUp)
}

function unlisten(): void {
  if (children.size > 0 || leftovers.size > 0) return
  listening = false
  for (const signal of signals) process.removeListener(signal, onSignal)
  process.removeListener('exit', cleanUp)
}
