export type AnyFunction = (...args: unknown[]) => unknown

/**
 * Returns a copy of the port in which `wrap(method, name)` replaces each method. Other members are
 * copied unchanged. `method` is bound to the port.
 */
export function wrapMethods<T extends object>(
  port: T,
  wrap: (method: AnyFunction, name: string) => AnyFunction,
): T {
  const members = Object.entries(port).map(([name, member]) => [
    name,
    typeof member === 'function' ? wrap((...args) => member.apply(port, args), name) : member,
  ])
  return Object.fromEntries(members) as T
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
