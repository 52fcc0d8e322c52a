import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Recovered } from '../../workers/main.ts'
import type { AssetNames } from './asset-names.ts'

/** The recovery of one chain, as `--json` prints it. */
export function toRecoverJson(
  chain: ChainConfig,
  { lanes, covered }: Recovered,
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
      sender: toEip55(lane.sender),
      closed: lane.closedReason,
      nextNonce: lane.nextNonce === null ? null : Number(lane.nextNonce),
      chainNonce: Number(lane.chainNonce),
      adoptions: lane.adoptions.map(({ nonce, hash, explanation, taken }) => ({
        nonce: Number(nonce),
        hash,
        kind: explanation.kind,
        wallet: 'wallet' in explanation ? toEip55(explanation.wallet) : null,
        asset: explanation.kind === 'sweep' ? explanation.asset : null,
        taken: taken.map(({ to, asset, amount }) => ({
          to: to && toEip55(to),
          asset: asset === 'native' ? asset : toEip55(asset),
          amount: String(amount),
          decimals: names.decimals(chain.id, asset) ?? null,
        })),
      })),
      obstacles: lane.obstacles,
    })),
  }
}

export type RecoverJson = ReturnType<typeof toRecoverJson>
