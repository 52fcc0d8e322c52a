import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Chain } from '../chains/chain.ts'
import { readTransfer, readTransferCall } from '../chains/erc20.ts'
import type { MinedTransaction } from '../chains/mined-transaction.ts'
import { withL1Margin } from '../chains/rollup.ts'
import type { SweepOutcome } from '../sweeps/sweep.ts'
import { tokenSwept } from '../sweeps/token-swept.ts'
import { isTransferTo, sweptBy } from './movements.ts'

/** What a transaction of our address is that no row explains (MONEY 22). */
export type Explanation =
  /** A sweep to the cold wallet that a lost row had sent. */
  | {
      readonly kind: 'sweep'
      readonly wallet: Address
      readonly asset: AssetId
      /** `emptied` is the chain's to say. */
      readonly outcome: Omit<SweepOutcome, 'emptied' | 'remainingAmount'>
    }
  /** Keeper's coin to a user wallet. */
  | { readonly kind: 'gas'; readonly wallet: Address }
  /** It failed, or used a nonce up: only its fee was spent. */
  | { readonly kind: 'nothing' }
  /** Not ours: the alarm stays. */
  | { readonly kind: 'foreign' }

/**
 * By the chain alone: what it was sent for is read from the transaction, what it did from its
 * receipt (MONEY 12, 13).
 * @param isWallet exact
 */
export function explainForeign(
  chain: Pick<Chain, 'tokens'>,
  mined: MinedTransaction,
  known: {
    readonly keepers: ReadonlySet<Address>
    /** Now and before. */
    readonly coldWallets: ReadonlySet<Address>
    readonly isWallet: (address: Address) => boolean
  },
): Explanation {
  const { from, to, data, valueWei, ok, logs } = mined
  const { coldWallets } = known
  // Ours never do: what the address does with coin is another's to say from here on.
  if (mined.authorizes) return { kind: 'foreign' }
  const isPlain = data === '0x'
  if (known.keepers.has(from)) {
    if (ok && isPlain && to && valueWei > 0n && known.isWallet(to))
      return { kind: 'gas', wallet: to }
    return movedNothing(mined) ? { kind: 'nothing' } : { kind: 'foreign' }
  }
  if (ok && isPlain && to && coldWallets.has(to) && valueWei > 0n)
    return sweepOf(mined, 'native', coldWallets)
  const token = chain.tokens.some(({ id }) => id === to) ? to : null
  if (ok && token && valueWei === 0n && isTransferTo(data, coldWallets)) {
    const moved = logs.some((log) => readTransfer(log)?.from === from)
    const strays = logs.some((log) => isOther(log, token, from))
    if (!moved) return { kind: 'nothing' }
    if (!strays && sweptBy({ mined, asset: token, wallet: from }, coldWallets).arrived > 0n)
      return sweepOf(mined, token, coldWallets)
  }
  return movedNothing(mined) ? { kind: 'nothing' } : { kind: 'foreign' }
}

/**
 * The L1 fee that was kept back was quoted for the longest bytes, at prices of another moment, and
 * only what was paid stands in the chain. With too little of it the deposit that the sweep moved
 * would not fit, and not be covered; a few fees too much let in no deposit that is worth a sweep.
 */
const quotedOverPaid = 4n

function sweepOf(
  mined: MinedTransaction,
  asset: AssetId,
  coldWallets: ReadonlySet<Address>,
): Explanation {
  const { from: wallet, hash: txHash, blockNumber, txIndex, feeWei } = mined
  const { arrived: arrivedAmount } = sweptBy({ mined, asset, wallet }, coldWallets)
  const { sent, logOrder, creditsBefore } = sentAs(mined, asset)
  // A native sweep was signed from a balance that held its gas too (MONEY 9).
  const reserve = mined.gasLimit * mined.maxFeeWei + withL1Margin(mined.l1FeeWei * quotedOverPaid)
  return {
    kind: 'sweep',
    wallet,
    asset,
    outcome: {
      txHash,
      blockNumber,
      txIndex,
      arrivedAmount,
      leftAmount: asset === 'native' ? sent + feeWei : sent,
      coverableAmount: asset === 'native' ? sent + reserve : sent,
      logOrder,
      creditsBefore,
      gasSpentWei: feeWei,
    },
  }
}

function sentAs(mined: MinedTransaction, asset: AssetId) {
  if (asset === 'native') return { sent: mined.valueWei, logOrder: null, creditsBefore: null }
  const { to, amount: sent } = readTransferCall(mined.data)
  const call = { token: asset, from: mined.from, to, amount: sent }
  const { logOrder, creditsBefore } = tokenSwept(mined.logs, call)
  return { sent, logOrder, creditsBefore }
}

/** A failed one, or one of nothing to its own sender: the shape of a cancel. */
function movedNothing({ ok, from, to, valueWei, data, logs }: MinedTransaction): boolean {
  return !ok || (to === from && valueWei === 0n && data === '0x' && logs.length === 0)
}

/** Something of the sender's that is not the token that it called. */
function isOther(log: MinedTransaction['logs'][number], token: Address, from: Address): boolean {
  const transfer = readTransfer(log)
  return transfer !== undefined && transfer.from === from && transfer.token !== token
}
