/** A copy in random order. Where the time is limited, nobody can arrange what is the last. */
export function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items]
  return items.map(() => left.splice(Math.floor(Math.random() * left.length), 1)[0] as T)
}
