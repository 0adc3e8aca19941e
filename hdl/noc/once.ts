/** Modules that are made once for the same parameters: the body of such a module runs once in a design, however often it is used. */

/** `make`, which gives the same value again for parameters of the same text. */
export const once = <const Parameters extends readonly unknown[], Made>(
  make: (...parameters: Parameters) => Made,
): ((...parameters: Parameters) => Made) => {
  const made = new Map<string, Made>()
  return (...parameters) => found(made, parameters, () => make(...parameters))
}

/** The same for what belongs to its first parameter, such as the plan of a network, and lives as long. */
export const oncePer = <Owner extends object, const Parameters extends readonly unknown[], Made>(
  make: (owner: Owner, ...parameters: Parameters) => Made,
): ((owner: Owner, ...parameters: Parameters) => Made) => {
  const perOwner = new WeakMap<Owner, Map<string, Made>>()
  return (owner, ...parameters) => {
    const made = perOwner.get(owner) ?? new Map<string, Made>()
    perOwner.set(owner, made)
    return found(made, parameters, () => make(owner, ...parameters))
  }
}

const found = <Made>(made: Map<string, Made>, parameters: readonly unknown[], make: () => Made): Made => {
  const key = JSON.stringify(parameters)
  const before = made.get(key)
  if (before !== undefined) return before
  const fresh = make()
  made.set(key, fresh)
  return fresh
}
