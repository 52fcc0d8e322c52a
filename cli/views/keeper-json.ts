import type { KeeperView } from '../../adapters/drizzle/keeper/keeper-view.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { committedWei, keeperLevel } from '../../domain/keeper/keeper-capacity.ts'

/** The keeper's native balance and the gas price at one block. */
export interface KeeperBalance {
  readonly wei: bigint
  readonly block: bigint
  readonly gasPriceWei: bigint
}

/**
 * A chain's keeper from the chain (null while no node answers) and from the database. Amounts are
 * wei as decimal strings.
 */
export function toKeeperJson(
  chain: ChainConfig,
  view: KeeperView,
  balance: KeeperBalance | undefined,
) {
  const { address, alertBelowWei, maxInFlight } = chain.gasKeeper
  // MONEY 7: the balance minus the possible cost of signed transactions.
  const uncommittedWei = balance && balance.wei - committedWei(view.live, balance.block)
  return {
    chainId: chain.id,
    chain: chain.name,
    asset: chain.native.symbol,
    address: toEip55(address),
    balance: balance?.wei.toString() ?? null,
    uncommitted: uncommittedWei?.toString() ?? null,
    alertBelow: alertBelowWei.toString(),
    level:
      balance === undefined || uncommittedWei === undefined
        ? null
        : keeperLevel({ uncommittedWei, alertBelowWei, gasPriceWei: balance.gasPriceWei }),
    inFlight: view.live.filter(({ mined }) => mined === null).length,
    maxInFlight,
    waiting: {
      keeperLow: view.waiting.get('keeper-low') ?? 0,
      laneFull: view.waiting.get('lane-full') ?? 0,
    },
    nextNonce: view.nextNonce === null ? null : Number(view.nextNonce),
    laneClosed: view.closedReason,
    chainPaused: view.pausedReason,
    foreignTransactions: view.external,
    lastWatch: view.watch
      ? {
          level: view.watch.level,
          balance: view.watch.balanceWei.toString(),
          since: view.watch.since.toISOString(),
          lookedAt: view.watch.lookedAt.toISOString(),
        }
      : null,
    refills: view.refills.map((refill) => ({
      txHash: refill.txHash,
      from: toEip55(refill.sender),
      amount: refill.amountWei.toString(),
      blockNumber: Number(refill.blockNumber),
    })),
    retired: view.retired.map(toEip55),
  }
}

export type KeeperJson = ReturnType<typeof toKeeperJson>
