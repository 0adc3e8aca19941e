// Reads Verilator's messages.

import type { ToolMessage } from './error.ts'

const messageLine = /^%(Error|Warning)(?:-([A-Z0-9_]+))?: (?:([^\s:][^:]*):(\d+):(?:(\d+):)? )?(.*)$/

/** The messages in what Verilator printed, without the closing count of errors. */
export function readMessages(output: string): readonly ToolMessage[] {
  return output.split('\n').flatMap((line) => {
    const match = messageLine.exec(line)
    if (match === null) return []
    const [, severity, kind, file, lineNumber, column, text = ''] = match
    if (file === undefined && text.startsWith('Exiting due to')) return []
    const at = file === undefined ? undefined : { file, line: Number(lineNumber), column: Number(column ?? 1) }
    return [{ severity: severity === 'Error' ? 'error' : 'warning', kind: kind ?? '', at, text } as const]
  })
}
