import { statesOf } from './deposit-states.ts'
import type { Expectation } from './oddity.ts'
import type { Scene } from './scene.ts'

/**
 * Checks that no money is lost, swept twice or stuck without a reason. Reads the rows and the chain
 * itself, not through coldsweep.
 * @param count expected number of deposits
 * @throws with all problems if there are any
 */
export async function judgeMoney(scene: Scene, expect: Expectation, count: number): Promise<void> {
  const problems = [
    ...(await silentDeposits(scene, count)),
    ...(await wrongArrivals(scene, expect)),
    ...(await strayTransactions(scene)),
  ]
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** Reports a wrong number of deposits, and undone deposits without a reason or a detail. */
async function silentDeposits(scene: Scene, count: number): Promise<string[]> {
  const states = await statesOf(scene)
  const silent = states.filter(({ state, detail }) => {
    if (state === 'done') return false
    // Ignored and orphaned deposits need no detail, because they need no operator.
    return !state.includes('(') || (detail === '' && !/^(ignored|orphaned)/.test(state))
  })
  return [
    ...(states.length === count ? [] : [`${states.length} deposits for ${count}`]),
    ...silent.map(({ state }) => `a deposit is ${state} without reason or detail`),
  ]
}

async function wrongArrivals(scene: Scene, expect: Expectation): Promise<string[]> {
  const paid = scene.payments.reduce((sum, { amount }) => sum + amount, 0n)
  const isDone = (expect.end?.state ?? 'done') === 'done'
  const wanted = expect.arrives?.(paid) ?? (isDone ? paid : 0n)
  if (scene.asset === 'native') return await nativeLeft(scene, isDone)
  const arrived = (await scene.coldBalance()) - scene.coldBefore
  return arrived === wanted ? [] : [`${arrived} came into the cold wallet instead of ${wanted}`]
}

/**
 * A native sweep moves the payment minus its gas, so the wallet's balance shows whether everything
 * was swept.
 */
async function nativeLeft({ world, wallet }: Scene, isDone: boolean): Promise<string[]> {
  const left = await world.d.devnet.etherOf(wallet)
  return isDone && left > 0n ? [`${left} wei are left in the wallet`] : []
}

/**
 * Compares the wallet's nonce on the chain, which is its number of mined transactions, with the
 * number of its stored transactions that are mined.
 */
async function strayTransactions({ world, wallet, ask }: Scene): Promise<string[]> {
  const nonce = Number((await ask('eth_getTransactionCount', [wallet, 'latest'])).result)
  const rows = await world.d.sql<{ state: string }[]>`
    select state from transactions where sender = ${wallet} and mined_hash is not null`
  return rows.length === nonce
    ? []
    : [`the wallet sent ${nonce} transactions, of which ${rows.length} have a mined row`]
}
