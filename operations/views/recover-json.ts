import { getAddress } from 'viem/utils'
import type { ExplainedLane } from '../../domain/books/recovery-store.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { AssetNames } from './asset-names.ts'

/** Returns the recovery of one chain as `coldsweep recover --json` prints it. */
export function toRecoverJson(
  chain: Pick<Chain, 'id' | 'name'>,
  {
    lanes,
    covered,
  }: { readonly lanes: readonly ExplainedLane[]; readonly covered: number | undefined },
  released: number,
  names: AssetNames,
) {
  return {
    chainId: chain.id,
    chain: chain.name,
    done: covered !== undefined,
    depositsCovered: covered ?? 0,
    depositsReleased: released,
    lanes: lanes.map((lane) => ({
      sender: getAddress(lane.sender),
      closed: lane.closedReason,
      nextNonce: lane.nextNonce === null ? null : Number(lane.nextNonce),
      chainNonce: Number(lane.chainNonce),
      adoptions: lane.adoptions.map(({ nonce, hash, explanation, taken }) => ({
        nonce: Number(nonce),
        hash,
        kind: explanation.kind,
        wallet: 'wallet' in explanation ? getAddress(explanation.wallet) : null,
        asset: explanation.kind === 'sweep' ? explanation.asset : null,
        taken: taken.map(({ to, asset, amount }) => ({
          to: to && getAddress(to),
          asset: asset === 'native' ? asset : getAddress(asset),
          amount: String(amount),
          decimals: names.decimals(chain.id, asset) ?? null,
        })),
      })),
      obstacles: lane.obstacles,
    })),
  }
}

export type RecoverJson = ReturnType<typeof toRecoverJson>
