import type { WaitReason } from '../domain/deposit-state.ts'
import { keeperLack } from '../domain/keeper-lack.ts'
import { judgePrice } from '../domain/price-trouble.ts'
import { newestAttempt } from '../domain/replacement.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { MoneyChain } from '../transactions/money-chain.ts'
import type { ChainActivities } from '../workflows/contract.ts'
import { claimed, isReplan } from './claimed-sweep.ts'
import type { ActivityDeps } from './deps.ts'
import { gasState } from './gas-transaction.ts'

/** After the gas timer: the key in Redis says only whether our scanner saw it; the receipt decides. */
export function createCheckGas(deps: ActivityDeps): ChainActivities['checkGas'] {
  return async (request) => {
    const found = await claimed(deps, request)
    if (isReplan(found)) return found
    const transactions = await deps.lanes.ofSweep(request.sweepId)
    const gas = transactions.filter((t) => t.step === 'gas').at(-1)
    const signalled = gas
      ? await deps.gasSignals.has(found.chain.chain.id, newestAttempt(gas).hash)
      : false
    const state = await gasState(found.chain, transactions)
    deps.log.debug(
      { deposit: request.depositId, gas: gas?.key, signalled, state },
      'looked for the gas',
    )
    if (state === 'failed') return { kind: 'replan', why: 'the gas transaction failed' }
    if (state !== 'pending' || !gas) return { kind: 'mined' }
    const trouble = gas.mined ? undefined : await troubleOf(deps, found.chain, gas)
    await deps.sweeps.setState({
      depositId: request.depositId,
      state: trouble ? 'waiting' : 'funding',
      reason: trouble?.reason ?? '',
      detail: trouble?.detail ?? '',
    })
    return { kind: 'pending' }
  }
}

interface Trouble {
  readonly reason: WaitReason
  readonly detail: string
}

/** What the row says while the transaction stays live: its price, or the keeper's coin (MONEY 7, 8, 17). */
async function troubleOf(
  deps: ActivityDeps,
  { chain, state }: MoneyChain,
  gas: Transaction,
): Promise<Trouble | undefined> {
  const quote = await state.feeQuote()
  const price = judgePrice(chain, quote, gas)
  if (price) return { reason: 'gas-price', detail: price.detail }
  const { address } = chain.gasKeeper
  const head = await state.head()
  const [balanceWei, usedNonces, live] = await Promise.all([
    state.nativeBalance(address, head.hash),
    state.nonceAt(address, head.hash),
    deps.keeperBook.live(chain.id, address),
  ])
  // What that block has mined is in its balance, also where the lane loop has not noted it yet.
  const unmined = live.filter(({ nonce }) => nonce >= usedNonces)
  // Mined in this moment, or signed by a keeper that has retired since: not this keeper's coin that it lacks.
  if (gas.sender !== address || gas.nonce < usedNonces) return undefined
  const lack = { chain, gas, unmined, balanceWei, balanceBlock: head.number, quote }
  const detail = keeperLack(lack)
  return detail === undefined ? undefined : { reason: 'keeper-low', detail }
}
