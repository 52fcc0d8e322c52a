import type { FeeQuote } from '../../domain/chains/fees.ts'
import type { WaitReason } from '../../domain/deposits/deposit-state.ts'
import { keeperShortage } from '../../domain/keeper/keeper-waits.ts'
import { describeLongUnmined, joinDetails } from '../../domain/lanes/long-unmined.ts'
import { judgePrice } from '../../domain/lanes/price-wait.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { quoteAfterRefusal } from '../../domain/lanes/send-refusal.ts'
import { staleHead } from '../../domain/lanes/stale-head.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { ChainActivities } from '../../workflows/contract.ts'
import { type ClaimedSweep, claimed, isReplan } from '../step/claimed-sweep.ts'
import type { ActivityDeps } from '../step/deps.ts'
import { readTurn } from '../step/read-turn.ts'
import { gasState } from './gas-transaction.ts'

/**
 * After the gas timer: the key in Redis says only whether our scanner saw it; the receipt decides.
 */
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
    const { trouble, age } = gas.mined ? { age: '' } : await unminedGas(deps, found, gas)
    await deps.sweeps.setState({
      depositId: request.depositId,
      state: trouble ? 'waiting' : 'funding',
      reason: trouble?.reason ?? '',
      detail: joinDetails(trouble?.detail, age),
    })
    return { kind: 'pending' }
  }
}

interface Trouble {
  readonly reason: WaitReason
  readonly detail: string
}

/**
 * What the row says while the transaction stays live: its price, or the keeper's coin, and its age
 * (MONEY 7, 8, 17).
 */
async function unminedGas(
  deps: ActivityDeps,
  found: ClaimedSweep,
  gas: Transaction,
): Promise<{ readonly trouble?: Trouble | undefined; readonly age: string }> {
  const { chain, state } = found.chain
  const quote = quoteAfterRefusal(await state.feeQuote(), newestAttempt(gas))
  const turn = await readTurn(found.chain, gas, await state.head())
  const age = turn ? describeLongUnmined(chain, quote, gas, turn) : ''
  const price = judgePrice(chain, quote, gas, { turn })
  if (price) return { trouble: { reason: 'gas-price', detail: price.detail }, age }
  const trouble = (await keeperTrouble(deps, found, gas, quote)) ?? gas.refusal ?? undefined
  return { trouble, age }
}

async function keeperTrouble(
  deps: ActivityDeps,
  { chain: { chain, state }, plan }: ClaimedSweep,
  gas: Transaction,
  quote: FeeQuote,
): Promise<Trouble | undefined> {
  const { address } = chain.gasKeeper
  const [scanned, live] = await Promise.all([
    deps.lanes.scannedHeight(chain.id),
    deps.keeperBook.live(chain.id, address),
  ])
  const head = await state.head()
  const [balanceWei, usedNonces] = await Promise.all([
    state.nativeBalance(address, head.hash),
    state.nonceAt(address, head.hash),
  ])
  // What that block has mined is in its balance, also where the lane loop has not noted it yet.
  const unmined = live.filter(({ nonce }) => nonce >= usedNonces)
  // Mined in this moment, or signed by a keeper that has retired since: not this keeper's coin that
  // it lacks.
  if (gas.sender !== address || gas.nonce < usedNonces) return undefined
  const read = { balanceWei, balanceBlock: head.number, chainNonce: usedNonces }
  const lack = { chain, gas, unmined, quote, ...read }
  const detail = keeperShortage(lack)
  if (detail === undefined) return undefined
  const stale = staleHead(head, { scanned, planned: plan.block, mined: live })
  return stale === undefined
    ? { reason: 'keeper-low', detail }
    : { reason: 'rpc-quorum', detail: `${stale}: whether the GAS_KEEPER has coin is not known` }
}
