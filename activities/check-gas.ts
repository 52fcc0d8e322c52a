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
    const trouble = gas.mined ? undefined : await priceTrouble(found.chain, gas)
    await deps.sweeps.setState({
      depositId: request.depositId,
      state: trouble ? 'waiting' : 'funding',
      reason: trouble ? 'gas-price' : '',
      detail: trouble?.detail ?? '',
    })
    return { kind: 'pending' }
  }
}

async function priceTrouble({ chain, state }: MoneyChain, gas: Transaction) {
  return judgePrice(chain, await state.feeQuote(), gas)
}
