/** An image says something that cannot be; nothing that it says is obeyed from then on. The message names the place. */
export class DamagedImage extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DamagedImage'
  }
}

/** Ends an operation with DamagedImage unless `condition` holds. */
export function sound(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new DamagedImage(message())
}
