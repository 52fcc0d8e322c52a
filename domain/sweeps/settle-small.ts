import { inUnits, type ListedAsset } from '../chains/asset.ts'
import { type Chain, findAsset } from '../chains/chain.ts'
import type { ChainState } from '../chains/nodes/chain-state.ts'
import type { KnownDeposit, Settled, SmallDeposits } from '../deposits/sweep-runs.ts'

/** MONEY 15: why a wallet's balance is dust. */
export const belowMinimum = (balance: bigint, asset: ListedAsset): string =>
  `the wallet holds ${inUnits(balance, asset)}: below the minimum ${inUnits(asset.min, asset)}`

interface SettlePorts {
  readonly chain: Chain
  readonly state: Pick<ChainState, 'head' | 'nativeBalance' | 'tokenBalance'>
  readonly small: SmallDeposits
}

/**
 * Settles a deposit below the minimum without a workflow run, where its plan would be certain
 * (MONEY 15). A third party can make a hundred thousand such deposits for the price of their gas,
 * so they must cost less than a run each. Other small deposits of the same wallet and asset are
 * settled with it.
 * @returns false if the deposit needs a run
 */
export async function settleSmall(deposit: KnownDeposit, ports: SettlePorts): Promise<boolean> {
  const { id, amount, state, reason } = deposit
  const asset = findAsset(ports.chain, deposit.asset)
  if (state !== 'waiting') return false
  if (reason === 'joint-sweep') return true
  if (!asset || amount >= asset.min || reason !== 'queued') return false
  const { min } = asset
  if (await inTurns(() => ports.small.leaveToOthers(id, min))) return true
  return await isDust(deposit, asset, ports)
}

/** Ends the deposit as dust if the wallet holds less than the minimum. */
async function isDust(
  { id, wallet, amount, blockNumber }: KnownDeposit,
  asset: ListedAsset,
  ports: SettlePorts,
): Promise<boolean> {
  const head = await ports.state.head()
  if (head.number < blockNumber) return false
  const balance =
    asset.id === 'native'
      ? await ports.state.nativeBalance(wallet, head.hash)
      : await ports.state.tokenBalance(asset.id, wallet, head.hash)
  // A deposit of which a part is gone is judged by a run (MONEY 12).
  if (balance < amount || balance >= asset.min) return false
  const detail = belowMinimum(balance, asset)
  const read = { height: head.number, balance, min: asset.min, detail }
  return await inTurns(() => ports.small.ignore(id, read))
}

/** Repeats a call until no small deposit is left. Returns whether the named one is settled. */
async function inTurns(settle: () => Promise<Settled>): Promise<boolean> {
  const first = await settle()
  for (let { more } = first; more; ) more = (await settle()).more
  return first.named
}
