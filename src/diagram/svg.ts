/** Pieces of SVG. */

/** Text in which nothing counts as markup. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Width of a text in the font of the pictures, in pixels; a fixed-width font makes it a product. */
export const textWidth = (text: string, size = 12): number => Math.ceil(text.length * size * 0.61)

const style = `
  text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #1c2733; }
  .small { font-size: 10px; fill: #5a6b7b; }
  .box { fill: #ffffff; stroke: #33475b; stroke-width: 1.2; }
  .register { fill: #e8f1fb; }
  .memory { fill: #fdf3e1; }
  .instance { fill: #eef7ee; }
  .logic { fill: #f6f6f8; stroke-dasharray: 3 2; }
  .port { fill: #33475b; }
  .port-name { fill: #ffffff; }
  .edge { fill: none; stroke: #4a5c6e; stroke-width: 1; }
  .wide { stroke-width: 2; }
  .arrow { fill: #4a5c6e; }`

/** A whole picture. */
export const svgOf = (width: number, height: number, title: string, pieces: readonly string[]): string => {
  const [w, h] = [Math.ceil(width), Math.ceil(height)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path class="arrow" d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect width="${w}" height="${h}" fill="#ffffff"/>`,
    ...pieces,
    '</svg>',
    '',
  ].join('\n')
}

/** A number with at most one digit behind the point, so that the same picture is the same text. */
export const rounded = (value: number): string => String(Math.round(value * 10) / 10)

export const textAt = (
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  className?: string,
): string => {
  const named = className === undefined ? '' : ` class="${className}"`
  return `<text${named} x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}">${escaped(text)}</text>`
}

/** A group of pieces at a place, with a text that viewers show for it. */
export const groupAt = (x: number, y: number, title: string, pieces: readonly string[]): string =>
  `<g transform="translate(${rounded(x)} ${rounded(y)})"><title>${escaped(title)}</title>${pieces.join('')}</g>`
