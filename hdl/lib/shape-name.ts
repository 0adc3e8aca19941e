import type { Shape } from '#edsl'

/** A word for a shape that tells it from others, for the names of modules with a shape as parameter: `138`, `64_address_data`. */
export const shapeName = (shape: Shape): string => {
  switch (shape.kind) {
    case 'uint':
      return String(shape.bits)
    case 'sint':
      return `s${shape.bits}`
    case 'oneOf':
      return `${shape.bits}_${shape.cases.join('_')}`
    case 'array':
      return `${shape.length}_of_${shapeName(shape.element)}`
    case 'struct':
      return `${shape.bits}_${Object.keys(shape.fields).join('_')}`
    case 'union':
      return `${shape.bits}_${Object.keys(shape.variants).join('_')}`
  }
}
