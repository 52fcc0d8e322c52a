import { planFees } from '../domain/fees.ts'
import { committedWei } from '../domain/keeper-capacity.ts'
import { keeperLevel, plainTransferGas } from '../domain/keeper-level.ts'
import { type ChainActivities, sweepWorkflowId } from '../workflows/contract.ts'
import type { ActivityDeps } from './deps.ts'
import { inUnits } from './outcomes.ts'
import { chainOf } from './run.ts'

const mostWokenAtOnce = 500

/** MONEY 7: alerts on the uncommitted balance, each change once, and wakes parked sweeps, oldest first, as many as it pays for. */
export function createWatchKeeper(deps: ActivityDeps): ChainActivities['watchKeeper'] {
  return async (chainId) => {
    const { chain, state } = chainOf(deps, chainId)
    const { address, alertBelowWei } = chain.gasKeeper
    const head = await state.head()
    const [balanceWei, usedNonces, quote, live] = await Promise.all([
      state.nativeBalance(address, head.hash),
      state.nonceAt(address, head.hash),
      state.feeQuote(),
      deps.keeperBook.live(chainId, address),
    ])
    // What that block has mined is in its balance, also where the lane loop has not noted it yet.
    const unpaid = live.filter(({ nonce }) => nonce >= usedNonces)
    const uncommittedWei = largerOf(0n, balanceWei - committedWei(unpaid, head.number))
    const level = keeperLevel({ uncommittedWei, alertBelowWei, gasPriceWei: quote.gasPriceWei })
    const balance = { balanceWei, uncommittedWei, alertBelowWei, keeper: address }
    if (await deps.keeperBook.announce(chainId, level, balance)) {
      const fields = {
        chain: chain.name,
        keeper: address,
        uncommittedWei: uncommittedWei.toString(),
      }
      if (level === 'ok') deps.log.info(fields, 'the keeper has recovered')
      else deps.log.error(fields, `the keeper is ${level}`)
    }
    deps.metrics.gauge(
      'coldsweep_keeper_uncommitted_wei',
      { chain: chain.name },
      Number(uncommittedWei),
    )
    const fees = planFees(quote, chain.feeMode, chain.gas)
    const transferWei = fees.kind === 'plan' ? plainTransferGas * fees.fees.startWei : undefined
    const woken =
      transferWei === undefined ? 0 : await wake(deps, chainId, uncommittedWei, transferWei)
    return { level, uncommitted: inUnits(uncommittedWei, chain.native), woken }
  }
}

async function wake(
  deps: ActivityDeps,
  chainId: number,
  uncommittedWei: bigint,
  transferWei: bigint,
): Promise<number> {
  let rest = uncommittedWei
  let woken = 0
  for (const parked of await deps.keeperBook.parked(chainId, mostWokenAtOnce)) {
    rest -= parked.shortWei + transferWei
    if (rest < 0n) break
    await deps.runs.wake(sweepWorkflowId(parked.depositId), { kind: 'keeperRefilled' })
    woken += 1
  }
  return woken
}

function largerOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
