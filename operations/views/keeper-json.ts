import { getAddress } from 'viem/utils'
import type { Chain } from '../../domain/chains/chain.ts'
import { plainTransferGas } from '../../domain/chains/transfer-gas.ts'
import { type KeeperState, keeperState } from '../../domain/keeper/drain.ts'
import { committedWei, keeperLevel } from '../../domain/keeper/keeper-capacity.ts'
import type { KeeperView, OtherKeeper } from '../../domain/keeper/keeper-view.ts'

/** The keeper's native balance and the gas price at one block. */
export interface KeeperBalance {
  readonly wei: bigint
  readonly block: bigint
  readonly gasPriceWei: bigint
  /** Balances of the chain's other keepers at the same block. @default none */
  readonly others?: ReadonlyMap<string, bigint>
}

/**
 * Combines the facts about a chain's keeper from the chain and from the database. Values from the
 * chain are null if no node answers. Amounts are wei as decimal strings.
 */
export function toKeeperJson(chain: Chain, view: KeeperView, balance: KeeperBalance | undefined) {
  const { address, alertBelowWei, maxInFlight } = chain.gasKeeper
  // MONEY 7: the balance minus the possible cost of signed transactions.
  const uncommittedWei = balance && balance.wei - committedWei(view.live, balance.block)
  return {
    chainId: chain.id,
    chain: chain.name,
    asset: chain.native.symbol,
    address: getAddress(address),
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
    // A watch from before this keeper's time measured the keeper before it.
    lastWatch:
      view.watch && !(view.since && view.watch.lookedAt < view.since)
        ? {
            level: view.watch.level,
            balance: view.watch.balanceWei.toString(),
            since: view.watch.since.toISOString(),
            lookedAt: view.watch.lookedAt.toISOString(),
          }
        : null,
    refills: view.refills.map((refill) => ({
      txHash: refill.txHash,
      from: getAddress(refill.sender),
      amount: refill.amountWei.toString(),
      blockNumber: Number(refill.blockNumber),
    })),
    retired: view.retired.map((it) => getAddress(it)),
    others: view.others.map((other) => toOtherJson(chain, other, balance)),
  }
}

/** A keeper that is not configured now, its state, and the next step of an operator. */
function toOtherJson(chain: Chain, other: OtherKeeper, balance: KeeperBalance | undefined) {
  const { address, retiredAt, live, closedReason, external, drain, refilled } = other
  const balanceWei = balance?.others?.get(address)
  const draining = drain !== undefined && drain.closedAt === null
  const state = keeperState({
    retired: retiredAt !== null,
    live: draining ? 0 : live,
    draining,
    restWei: drain?.restWei ?? undefined,
    balanceWei,
    transferWei: balance && plainTransferGas * balance.gasPriceWei,
    refilled,
  })
  return {
    address: getAddress(address),
    state,
    balance: balanceWei?.toString() ?? null,
    inFlight: live,
    retiredAt: retiredAt?.toISOString() ?? null,
    laneClosed: closedReason,
    foreignTransactions: external,
    drain: drain
      ? {
          id: drain.id,
          to: drain.to,
          operator: drain.operator,
          reason: drain.reason,
          orderedAt: drain.orderedAt.toISOString(),
          waitingFor: drain.waitingFor,
          outcome: drain.outcome,
          txHash: drain.txHash,
          rest: drain.restWei?.toString() ?? null,
        }
      : null,
    next: nextStep(chain, { ...other, state }),
  }
}

function nextStep(
  chain: Chain,
  { state, address, closedReason, drain, live }: OtherKeeper & { readonly state: KeeperState },
): string {
  if (closedReason !== null)
    return `its lane is closed (${closedReason}): coldsweep recover --lane ${getAddress(address)} --operator "$(id -un)" --reason "WHY"`
  switch (state) {
    case 'active':
      return 'the database has it as the current keeper: run "coldsweep migrate", or restore its address in coldsweep.yaml'
    case 'retiring':
      return `wait until its ${live} transactions are final`
    case 'draining':
      return drain?.waitingFor
        ? `the drain waits: ${drain.waitingFor}`
        : 'wait until the drain is final'
    case 'retired':
      return `coldsweep keeper drain --chain ${chain.id} --keeper ${getAddress(address)} --to keeper --operator "$(id -un)" --reason "WHY"`
    case 'closed':
      return 'nothing; its key can be removed from the worker'
  }
}

export type KeeperJson = ReturnType<typeof toKeeperJson>
