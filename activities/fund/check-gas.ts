import type { FeeQuote } from '../../domain/chains/fees.ts'
import type { WaitReason } from '../../domain/deposits/deposit-state.ts'
import { keeperShortage } from '../../domain/keeper/keeper-waits.ts'
import { describeLongUnmined, joinDetails } from '../../domain/lanes/long-unmined.ts'
import { judgePrice } from '../../domain/lanes/price-wait.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { quoteAfterRefusal } from '../../domain/lanes/send-refusal.ts'
import { staleHead } from '../../domain/lanes/stale-head.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import { findMined } from '../../transactions/track/find-mined.ts'
import type { ChainActivities } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { type ClaimedSweep, claimed, isReplan } from '../step/claimed-sweep.ts'
import { readTurn } from '../step/read-turn.ts'

/**
 * Creates the activity that checks a sweep's gas transaction when the workflow's gas timer fires.
 * The receipt decides; the Redis key is only logged, to show whether the scanner saw the
 * transaction. While the gas is unmined, the deposit's row shows why.
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
      'gas transaction checked',
    )
    if (state === 'failed') return { kind: 'replan', why: 'the gas transaction failed' }
    if (state !== 'pending' || !gas) return { kind: 'mined' }
    const { wait, age } = gas.mined ? { age: '' } : await unminedGas(deps, found, gas)
    await deps.sweeps.setState({
      depositId: request.depositId,
      state: wait ? 'waiting' : 'funding',
      reason: wait?.reason ?? '',
      detail: joinDetails(wait?.detail, age),
    })
    return { kind: 'pending' }
  }
}

interface GasWait {
  readonly reason: WaitReason
  readonly detail: string
}

/**
 * Returns why the gas transaction is still unmined (the gas price, the keeper's balance or a
 * refusal) and, if it is long unmined, a sentence about its age. Both are for the deposit's row
 * (MONEY 7, 8, 17).
 */
async function unminedGas(
  deps: ActivityDeps,
  found: ClaimedSweep,
  gas: Transaction,
): Promise<{ readonly wait?: GasWait | undefined; readonly age: string }> {
  const { chain, state } = found.chain
  const quote = quoteAfterRefusal(await state.feeQuote(), newestAttempt(gas))
  const turn = await readTurn(found.chain, gas, await state.head())
  const age = turn ? describeLongUnmined(chain, quote, gas, turn) : ''
  const price = judgePrice(chain, quote, gas, { turn })
  if (price) return { wait: { reason: 'gas-price', detail: price.detail }, age }
  const wait = (await keeperWait(deps, found, gas, quote)) ?? gas.refusal ?? undefined
  return { wait, age }
}

/**
 * Returns `keeper-low` if the keeper's balance cannot pay for the gas transaction, `rpc-quorum` if
 * the node's head is behind our rows, or undefined if the balance is not the cause.
 */
async function keeperWait(
  deps: ActivityDeps,
  { chain: { chain, state }, plan }: ClaimedSweep,
  gas: Transaction,
  quote: FeeQuote,
): Promise<GasWait | undefined> {
  const { address } = chain.gasKeeper
  const [cursor, live] = await Promise.all([
    deps.cursors.cursor(chain.id),
    deps.keeperBook.live(chain.id, address),
  ])
  const head = await state.head()
  const [balanceWei, usedNonces] = await Promise.all([
    state.nativeBalance(address, head.hash),
    state.nonceAt(address, head.hash),
  ])
  // The balance at the head reflects every transaction that is mined up to the head, even if the
  // transaction's row does not record its block yet.
  const unmined = live.filter(({ nonce }) => nonce >= usedNonces)
  // The gas transaction was just mined, or its keeper has retired since. In both cases the current
  // keeper's balance is not the cause.
  if (gas.sender !== address || gas.nonce < usedNonces) return undefined
  const read = { balanceWei, balanceBlock: head.number, chainNonce: usedNonces }
  const lack = { chain, gas, unmined, quote, ...read }
  const detail = keeperShortage(lack)
  if (detail === undefined) return undefined
  const stale = staleHead(head, {
    scanned: cursor?.height ?? null,
    planned: plan.block,
    mined: live,
  })
  return stale === undefined
    ? { reason: 'keeper-low', detail }
    : { reason: 'rpc-quorum', detail: `${stale}: the GAS_KEEPER’s balance is unknown` }
}

export type GasState = 'none' | 'pending' | 'mined' | 'failed'

/**
 * Reads the state of a sweep's newest gas transaction from the chain. `mined` means a receipt with
 * status 1 in a canonical block. A Redis key or a signal is never proof.
 */
export async function gasState(
  chain: MoneyChain,
  transactions: readonly Transaction[],
): Promise<GasState> {
  const gas = transactions.filter((t) => t.step === 'gas').at(-1)
  if (!gas) return 'none'
  if (gas.state === 'succeeded') return 'mined'
  if (gas.state !== 'live') return 'failed'
  // Only payments are looked up, because a mined cancel brings no gas. The lane loop records a
  // mined cancel when it ends the transaction.
  const payments = gas.attempts.filter(({ kind }) => kind === 'send')
  const mined = await findMined(chain, chain.state, { attempts: payments })
  return mined?.ok ? 'mined' : 'pending'
}
