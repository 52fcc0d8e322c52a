import type { Hash } from '../../../domain/address.ts'

/**
 * The first of each transaction, where a node lists one of a block more than once
 * (hiero-json-rpc-relay #4869): its receipt would be credited as often as it is listed.
 */
export function listedOnce<T extends { readonly hash: Hash }>(listed: readonly T[]): readonly T[] {
  const seen = new Set<Hash>()
  return listed.filter(({ hash }) => {
    const isFirst = !seen.has(hash)
    seen.add(hash)
    return isFirst
  })
}
