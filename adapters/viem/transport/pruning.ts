/** A list in an answer, while the list is read. */
export interface ReadList {
  /** Key of the list; `result` if the answer itself is a list. */
  readonly key: string
  /** Number of elements that the rule's `element` has counted, kept or dropped. */
  place: number
}

/**
 * Parts of a method's answer that are dropped while the answer is read. They are not needed, and
 * third parties control their size.
 */
export interface PruningRule {
  /** Keys that are dropped wherever they occur. */
  readonly skip?: ReadonlySet<string>
  /** Longest strings under these keys, in characters. */
  readonly cut?: ReadonlyMap<string, number>
  /** Maps an element of a list to its kept part; undefined drops it. */
  readonly element?: (element: unknown, list: ReadList) => unknown
  /** List key → the key under which its number of elements is stored next to it. */
  readonly counts?: ReadonlyMap<string, string>
}

export type JsonObject = Record<string, unknown>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Sets a field by the rule. `__proto__` is dropped, because an assignment to it would not create a
 * field.
 */
export function addField(to: JsonObject, key: string, value: unknown, rule: PruningRule): void {
  if (key === '__proto__' || rule.skip?.has(key)) return
  const most = rule.cut?.get(key)
  to[key] = most !== undefined && typeof value === 'string' ? value.slice(0, most) : value
}

export function addElement(to: unknown[], value: unknown, list: ReadList, rule: PruningRule): void {
  const kept = rule.element ? rule.element(value, list) : value
  if (kept !== undefined) to.push(kept)
}

export function addCount(to: JsonObject, list: ReadList, rule: PruningRule): void {
  const count = rule.counts?.get(list.key)
  if (count !== undefined) to[count] = list.place
}

/** Prunes the `result` of a parsed JSON-RPC answer. All other fields are kept. */
export function pruneAnswer(answer: unknown, rule: PruningRule): unknown {
  if (!isJsonObject(answer) || answer['result'] === undefined) return answer
  return { ...answer, result: prune(answer['result'], 'result', rule) }
}

function prune(value: unknown, key: string, rule: PruningRule): unknown {
  if (Array.isArray(value)) return pruneList(value, { key, place: 0 }, rule)
  if (!isJsonObject(value)) return value
  const kept: JsonObject = {}
  for (const [name, field] of Object.entries(value)) {
    if (rule.skip?.has(name)) continue
    if (Array.isArray(field)) {
      const list = { key: name, place: 0 }
      addField(kept, name, pruneList(field, list, rule), rule)
      addCount(kept, list, rule)
    } else addField(kept, name, prune(field, name, rule), rule)
  }
  return kept
}

function pruneList(elements: readonly unknown[], list: ReadList, rule: PruningRule): unknown[] {
  const kept: unknown[] = []
  for (const element of elements) addElement(kept, prune(element, list.key, rule), list, rule)
  return kept
}
