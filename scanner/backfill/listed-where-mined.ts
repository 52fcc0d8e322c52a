import type { Hash } from '../../domain/address.ts'
import type { SeenUnread } from '../../domain/scan/unread.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

export interface MinedElsewhere {
  readonly hash: Hash
  readonly minedIn: NonNullable<SeenUnread['minedIn']>
}

const mostAtOnce = 8

/**
 * Transactions that one block lists and whose receipts name another of the chain's blocks (cronos
 * #466, hiero-json-rpc-relay #4869), where that other block lists them too. Where it does not,
 * nothing says what they pay by themselves and who sent them: they stay unread.
 */
export async function listedWhereMined(
  { chain, reader, store }: Pick<ScanDeps, 'chain' | 'reader' | 'store'>,
  unread: readonly SeenUnread[],
  tries: number,
): Promise<readonly MinedElsewhere[]> {
  const moved = unread.flatMap(({ hash, minedIn }) => (minedIn ? [{ hash, minedIn }] : []))
  const listed: MinedElsewhere[] = []
  for (const one of moved.slice(0, mostAtOnce)) {
    const { number, hash } = one.minedIn
    if ((await store.storedHash(chain.id, number)) !== hash) continue
    const block = await reader.endpoint(tries).block(number)
    if (block?.transactions.some((it) => it.hash === one.hash)) listed.push(one)
  }
  return listed
}
