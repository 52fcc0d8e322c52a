/** A list of an answer while it is read. */
export interface ReadList {
  /** Key that the list is under; `result` where the answer itself is a list. */
  readonly key: string
  /** Elements so far that count for a place, kept or not. A rule increases it. */
  place: number
}

/**
 * What of a method's answer is dropped while it is read, because nobody needs it and a stranger
 * decides its size.
 */
export interface PruningRule {
  /** Keys that are left out wherever they occur. */
  readonly skip?: ReadonlySet<string>
  /** Strings under these keys are cut to so many characters. */
  readonly cut?: ReadonlyMap<string, number>
  /** What is kept of an element of a list; undefined leaves it out. */
  readonly element?: (element: unknown, list: ReadList) => unknown
  /** Under which key the number of a list's elements is stored next to it. */
  readonly counts?: ReadonlyMap<string, string>
}

export type JsonObject = Record<string, unknown>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Sets a field by the rule. `__proto__` is left out: as a key it would not become a field. */
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

/** Prunes a JSON-RPC answer that is parsed already: its result, nothing else. */
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
