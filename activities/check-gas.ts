import { newestAttempt } from '../domain/replacement.ts'
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
    return { kind: state === 'pending' ? 'pending' : 'mined' }
  }
}
