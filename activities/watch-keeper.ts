import { largerOf } from '../domain/amount.ts'
import { planFees } from '../domain/chains/fees.ts'
import { plainTransferGas } from '../domain/chains/transfer-gas.ts'
import { committedWei, keeperLevel } from '../domain/keeper/keeper-capacity.ts'
import { staleHead } from '../domain/lanes/stale-head.ts'
import { NotYet } from '../domain/money-errors.ts'
import { recordedTransferGas } from '../transactions/sign/recorded-transfer-gas.ts'
import { type ChainActivities, sweepWorkflowId } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/deps.ts'
import { inUnits } from './step/outcomes.ts'
import { chainOf } from './step/run.ts'

const mostWokenAtOnce = 500

/**
 * MONEY 7: alerts on the uncommitted balance, each change once, and wakes parked sweeps, oldest
 * first, as many as it pays for. A chain whose plain transfers can't be measured now is judged by
 * the usual 21,000 gas: the alert must not wait for that. Throws `NotYet` where the node is behind
 * what we know of the chain.
 */
export function createWatchKeeper(deps: ActivityDeps): ChainActivities['watchKeeper'] {
  return async (chainId) => {
    const money = chainOf(deps, chainId)
    const { chain, state } = money
    const { address, alertBelowWei } = chain.gasKeeper
    const [scanned, live] = await Promise.all([
      deps.lanes.scannedHeight(chainId),
      deps.keeperBook.live(chainId, address),
    ])
    const head = await state.head()
    const stale = staleHead(head, { scanned, mined: live })
    if (stale !== undefined) {
      deps.log.warn({ chain: chain.name, why: stale }, 'keeper not judged: node is behind')
      throw new NotYet(stale)
    }
    const [balanceWei, usedNonces, quote] = await Promise.all([
      state.nativeBalance(address, head.hash),
      state.nonceAt(address, head.hash),
      state.feeQuote(),
    ])
    // What that block has mined is in its balance, also where the lane loop has not noted it yet.
    const unpaid = live.filter(({ nonce }) => nonce >= usedNonces)
    const uncommittedWei = largerOf(0n, balanceWei - committedWei(unpaid, head.number))
    const transferGas = await recordedTransferGas(money).catch((error: unknown) => {
      deps.log.warn({ chain: chain.name, error }, 'transfer gas not measured; 21000 assumed')
      return plainTransferGas
    })
    const gasPriceWei = quote.gasPriceWei
    const level = keeperLevel({ uncommittedWei, alertBelowWei, gasPriceWei, transferGas })
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
    const transferWei = fees.kind === 'plan' ? transferGas * fees.fees.startWei : undefined
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
