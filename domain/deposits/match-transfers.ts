import type { Position } from './deposit-id.ts'

/** One transfer inside a transaction, as a read of its block lists it. */
export interface ListedTransfer {
  readonly position: Position
  /** Order of the transfer inside its transaction (`logOrder`). */
  readonly order: number
  /**
   * Text that is equal for transfers of the same kind, asset, wallet, sender and amount
   * (`transferContent`).
   */
  readonly content: string
}

/** A stored transfer of the same transaction. */
export interface KnownTransfer extends ListedTransfer {
  /**
   * `counted`: credited, or to be credited. `doubted`: in doubt or rejected. `gone`: a reorg
   * removed the transfer's block.
   */
  readonly standing: 'counted' | 'doubted' | 'gone'
  /** Whether the stored transfer is in the block that was read. */
  readonly here: boolean
  /** Whether the transfer is not confirmed yet and no doubt about it is open. */
  readonly pending: boolean
}

/**
 * Result for one listed transfer (`seen`). `row` is the stored transfer that it matches or affects.
 */
export type Match<S, K> =
  /** The transfer is already stored, perhaps at another position. */
  | { readonly kind: 'known'; readonly seen: S; readonly row: K }
  /**
   * The transfer is stored, but a reorg had removed its block. The chain includes the transfer
   * again.
   */
  | { readonly kind: 'returned'; readonly seen: S; readonly row: K }
  /**
   * The transfer takes the position of a stored transfer (`row`) that has other content. This read
   * does not list the stored transfer, and the stored transfer has had no effect yet.
   */
  | { readonly kind: 'replaces'; readonly seen: S; readonly row: K }
  /** The transfer is not stored yet. */
  | { readonly kind: 'new'; readonly seen: S; readonly position: Position }
  /**
   * A surplus transfer: the block now lists more equal transfers than at an earlier read. `row` is
   * the stored transfer that gives up its position to the surplus transfer, if any.
   */
  | {
      readonly kind: 'extra'
      readonly seen: S
      readonly position: Position
      readonly row: K | undefined
      /** Number of equal transfers that are stored for the block. */
      readonly before: number
    }
  /**
   * Another stored transfer has the position `native`, and a transaction has only one such
   * position. The listed transfer contradicts the stored transfer and is not stored.
   */
  | { readonly kind: 'contradicts'; readonly seen: S }

/** Result for all listed transfers of one transaction. */
export interface Matching<S, K> {
  /** One match for each listed transfer, in the order of the list. */
  readonly matches: readonly Match<S, K>[]
  /** Counted stored transfers of this block that the read does not list. */
  readonly missing: readonly K[]
}

/**
 * Matches the transfers that a read lists in one transaction with the stored transfers, by content
 * and number of occurrences. Positions cannot identify transfers, because nodes list the same logs
 * at other places after a resync, and tracers number calls differently. A stored transfer keeps its
 * position. A new transfer takes the position that the read lists, or the first free position after
 * it.
 */
export function matchTransfers<S extends ListedTransfer, K extends KnownTransfer>(
  seen: readonly S[],
  known: readonly K[],
): Matching<S, K> {
  const rows = matchByContent(seen, known)
  const used = new Set(rows.values())
  const before = new Map<string, number>()
  for (const { content, here, standing } of known)
    if (here && standing !== 'gone') before.set(content, (before.get(content) ?? 0) + 1)
  const positions = placeNew(seen, known, rows, used)
  const replaced = new Set([...positions.values()].map(({ row }) => row))
  return {
    matches: seen.map((one): Match<S, K> => {
      const row = rows.get(one)
      const equal = before.get(one.content) ?? 0
      if (row && row.standing !== 'gone') return { kind: 'known', seen: one, row }
      if (row && equal > 0) {
        return { kind: 'extra', seen: one, position: row.position, row, before: equal }
      }
      if (row) return { kind: 'returned', seen: one, row }
      const place = positions.get(one)
      if (place === undefined) return { kind: 'contradicts', seen: one }
      if (equal > 0) {
        const { position, row: old } = place
        return { kind: 'extra', seen: one, position, row: old, before: equal }
      }
      if (place.row) return { kind: 'replaces', seen: one, row: place.row }
      return { kind: 'new', seen: one, position: place.position }
    }),
    missing: known.filter(
      (row) => row.here && row.standing === 'counted' && !used.has(row) && !replaced.has(row),
    ),
  }
}

/**
 * Assigns to each listed transfer a stored transfer of equal content, if there is one. Transfers at
 * the same position are assigned first, then the others in their order.
 */
function matchByContent<S extends ListedTransfer, K extends KnownTransfer>(
  seen: readonly S[],
  known: readonly K[],
): ReadonlyMap<S, K> {
  const rows = new Map<S, K>()
  const inOrder = [...seen].sort((a, b) => a.order - b.order)
  for (const among of ranks) {
    const ranked = known.filter(among).sort((a, b) => a.order - b.order)
    const byPlace = new Map(ranked.map((row) => [`${row.content} ${row.position}`, row]))
    const left = new Set(ranked)
    for (const one of inOrder) {
      const row = rows.has(one) ? undefined : byPlace.get(`${one.content} ${one.position}`)
      if (row && left.delete(row)) rows.set(one, row)
    }
    const queues = new Map<string, K[]>()
    for (const row of [...left].reverse()) {
      const queue = queues.get(row.content)
      if (queue) queue.push(row)
      else queues.set(row.content, [row])
    }
    for (const one of inOrder) {
      const row = rows.has(one) ? undefined : queues.get(one.content)?.pop()
      if (row) rows.set(one, row)
    }
  }
  return rows
}

// Groups of stored transfers, in the order in which they are matched. Counted transfers are matched
// first, so that no rejected or removed transfer is matched in their place.
const ranks: readonly ((row: KnownTransfer) => boolean)[] = [
  (row) => row.standing === 'counted' && row.here,
  (row) => row.standing === 'counted' && !row.here,
  (row) => row.standing === 'doubted',
  (row) => row.standing === 'gone',
]

interface Place<K> {
  readonly position: Position
  /** The stored transfer that gives up this position. */
  readonly row: K | undefined
}

/**
 * Chooses the positions of the new transfers. Transfers whose listed position is free get it first,
 * so that a transfer that has to move takes no other transfer's position.
 */
function placeNew<S extends ListedTransfer, K extends KnownTransfer>(
  seen: readonly S[],
  known: readonly K[],
  rows: ReadonlyMap<S, K>,
  used: ReadonlySet<K>,
): ReadonlyMap<S, Place<K>> {
  const places = new Map<S, Place<K>>()
  const byPosition = new Map(known.map((row) => [row.position as string, row]))
  const taken = new Set(byPosition.keys())
  const fresh = seen.filter((one) => !rows.has(one))
  for (const one of fresh) {
    const { position } = one
    const row = byPosition.get(position)
    const givesUp = row && !used.has(row) && (row.standing === 'gone' || row.pending)
    if (taken.has(position) && !givesUp) continue
    places.set(one, { position, row })
    taken.add(position)
    byPosition.delete(position)
  }
  for (const one of fresh) {
    if (places.has(one)) continue
    const position = freeFrom(one.position, taken)
    if (position === undefined) continue
    places.set(one, { position, row: undefined })
    taken.add(position)
  }
  return places
}

/**
 * Returns the first free position after this one: `3` → `4`, `native-0.2` → `native-0.3`. `native`
 * has no successor, because a transaction has only one value.
 */
function freeFrom(position: Position, taken: ReadonlySet<string>): Position | undefined {
  const [, head = '', last] = /^(.*?)(\d+)$/.exec(position) ?? []
  if (last === undefined) return undefined
  for (let next = Number(last) + 1; ; next += 1) {
    if (!taken.has(`${head}${next}`)) return `${head}${next}` as Position
  }
}

/**
 * Returns the content by which transfers are matched. A transaction's value, an internal transfer
 * and a token log have different contents, even if asset, parties and amount are equal.
 */
export function transferContent(transfer: {
  readonly position: string
  readonly asset: string
  readonly wallet: string
  readonly sender: string
  readonly amount: bigint
}): string {
  const { position, asset, wallet, sender, amount } = transfer
  const kind = position === 'native' ? 'plain' : position.startsWith('native-') ? 'internal' : 'log'
  return [kind, asset, wallet, sender, amount].join(' ')
}
