import type { Difference, DifferenceKind } from './reconciliation.ts'

/** An operator's order that a known difference no longer alerts. */
export interface Acknowledgement {
  /** `differenceKey` of the difference that the operator saw. */
  readonly key: string
  /** `differenceIdentity` of that difference. */
  readonly identity: string
  readonly operator: string
  readonly reason: string
  readonly at: Date
}

/**
 * Kinds that an operator cannot acknowledge. Both mean that coldsweep itself paid twice or paid a
 * wrong address, so the alarm stays until the cause is found.
 */
export const neverAcknowledged: ReadonlySet<string> = new Set<DifferenceKind>([
  'doubled',
  'misdirected',
])

/**
 * Everything that identifies a difference: chain, kind, address, asset, amount and causes. A
 * difference with another amount or another cause is another difference, which alerts again.
 */
export function differenceIdentity(chainId: number, difference: Difference): string {
  const { kind, address, asset, missing, words, rows, causes } = difference
  const named = [...(causes ?? [words, ...rows])].sort()
  return JSON.stringify([chainId, kind, address, asset, missing?.toString() ?? null, ...named])
}

const fnvOffset = 0xcbf29ce484222325n
const fnvPrime = 0x100000001b3n

/** Short name of a difference for commands and reports: FNV-1a over its identity, 16 hex digits. */
export function differenceKey(chainId: number, difference: Difference): string {
  let hash = fnvOffset
  for (const unit of differenceIdentity(chainId, difference))
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit.codePointAt(0) ?? 0)) * fnvPrime)
  return hash.toString(16).padStart(16, '0')
}

/** Marks the differences that an operator has acknowledged. All others alert. */
export function withAcknowledgements(
  chainId: number,
  differences: readonly Difference[],
  acknowledgements: readonly Acknowledgement[],
): readonly Difference[] {
  const known = new Map(acknowledgements.map((one) => [one.identity, one]))
  return differences.map((difference) => {
    if (neverAcknowledged.has(difference.kind)) return difference
    const acknowledged = known.get(differenceIdentity(chainId, difference))
    return acknowledged ? { ...difference, acknowledged } : difference
  })
}

/** The differences that alert, because no operator has acknowledged them. */
export function openDifferences<T extends { readonly acknowledged?: unknown }>(
  differences: readonly T[],
): readonly T[] {
  return differences.filter(({ acknowledged }) => !acknowledged)
}
