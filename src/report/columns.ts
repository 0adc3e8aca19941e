/** Text in columns, for people. */

/** Rows below each other, columns two blanks apart; `align` has one letter per column, l or r. */
export const columns = (rows: readonly (readonly string[])[], align: string): string => {
  const widths = [...align].map((_, column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          align[column] === 'r' ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A whole number with commas between thousands. */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')
