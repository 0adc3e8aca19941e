/** Shapes of recipes, as shapes and as text; and the numbers that a value of a shape is made of. */
import { array, none, oneOf, type Shape, sint, struct, uint, union } from '#edsl'
import type { Clock, ShapeRecipe } from './recipe.ts'
import { type Text, type Value, valueOf } from './value.ts'

/** A shape and how it is written. */
export interface WrittenShape {
  readonly shape: Shape
  readonly text: string
}

/** `none` for a variant that carries nothing. */
const variantOf = (recipe: ShapeRecipe | undefined): { readonly shape: Shape | typeof none; readonly text: string } =>
  recipe === undefined ? { shape: none, text: 'none' } : writtenShape(recipe)

export const writtenShape = (recipe: ShapeRecipe): WrittenShape => {
  switch (recipe.kind) {
    case 'uint':
      return recipe.bits === 1
        ? { shape: uint(1), text: 'bit' }
        : { shape: uint(recipe.bits), text: `uint(${recipe.bits})` }
    case 'sint':
      return { shape: sint(recipe.bits), text: `sint(${recipe.bits})` }
    case 'oneOf':
      return oneOfShape(recipe.cases, recipe.encoding)
    case 'struct': {
      const fields = recipe.fields.map((field, index) => [`f${index}`, writtenShape(field)] as const)
      return {
        shape: struct(Object.fromEntries(fields.map(([name, { shape }]) => [name, shape]))),
        text: `struct({ ${fields.map(([name, { text }]) => `${name}: ${text}`).join(', ')} })`,
      }
    }
    case 'array': {
      const element = writtenShape(recipe.element)
      return { shape: array(element.shape, recipe.length), text: `array(${element.text}, ${recipe.length})` }
    }
    case 'union': {
      const variants = recipe.variants.map((each, index) => [`k${index}`, variantOf(each)] as const)
      return {
        shape: union(Object.fromEntries(variants.map(([name, { shape }]) => [name, shape]))),
        text: `union({ ${variants.map(([name, { text }]) => `${name}: ${text}`).join(', ')} })`,
      }
    }
  }
}

export const oneOfShape = (cases: number, encoding: 'counted' | 'oneHot' | 'gray' | 'given'): WrittenShape => {
  const names = Array.from({ length: cases }, (_, index) => `c${index}`)
  const list = names.map((name) => `'${name}'`).join(', ')
  switch (encoding) {
    case 'counted':
      return { shape: oneOf(...names), text: `oneOf(${list})` }
    case 'oneHot':
      return { shape: oneOf.oneHot(...names), text: `oneOf.oneHot(${list})` }
    case 'gray':
      return { shape: oneOf.gray(...names), text: `oneOf.gray(${list})` }
    case 'given': {
      const codes = names.map((name, index) => [name, 2 * index + 1] as const)
      return {
        shape: oneOf(Object.fromEntries(codes)),
        text: `oneOf({ ${codes.map(([name, code]) => `${name}: ${code}`).join(', ')} })`,
      }
    }
  }
}

/** The numbers that one can read of a value of the shape; `text` is the value. */
export const numbersIn = (shape: Shape, text: Text, clock: Clock): readonly Value[] => {
  switch (shape.kind) {
    case 'uint':
      return [valueOf('unsigned', shape.bits, clock, text, { declared: true })]
    case 'sint':
      return [valueOf('signed', shape.bits, clock, text, { declared: true })]
    case 'oneOf': {
      const last = shape.cases.at(-1) ?? ''
      return [
        valueOf('unsigned', shape.bits, clock, [...text, '.code()'], { declared: true }),
        valueOf('unsigned', 1, clock, [...text, `.is('${last}')`], { declared: true }),
      ]
    }
    case 'struct':
      return Object.entries(shape.fields).flatMap(([name, field]) => numbersIn(field, [...text, `.${name}`], clock))
    case 'array':
      return Array.from({ length: shape.length }, (_, index) =>
        numbersIn(shape.element, [...text, `[${index}]!`], clock),
      ).flat()
    case 'union':
      return [
        valueOf('unsigned', shape.tag.bits, clock, [...text, '.tag.code()'], { declared: true }),
        ...Object.entries(shape.variants).flatMap(([name, variant]) =>
          variant.kind === 'none' ? [] : numbersIn(variant, [...text, `.as('${name}')`], clock),
        ),
      ]
  }
}
