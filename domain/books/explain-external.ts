import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Chain } from '../chains/chain.ts'
import { readTransfer, readTransferCall } from '../chains/erc20.ts'
import { withL1Margin } from '../chains/fees.ts'
import type { MinedTransaction } from '../chains/mined-transaction.ts'
import type { SweepOutcome } from '../sweeps/sweep.ts'
import { tokenSwept } from '../sweeps/token-swept.ts'
import { isTransferTo, sweptBy } from './movements.ts'

/** Explanation of an external transaction: one of our address without a row (MONEY 22). */
export type Explanation =
  /** A sweep to the cold wallet whose row was lost. */
  | {
      readonly kind: 'sweep'
      readonly wallet: Address
      readonly asset: AssetId
      /** `emptied` is read from the chain. */
      readonly outcome: Omit<SweepOutcome, 'emptied' | 'remainingAmount'>
    }
  /** The keeper's coin to a user wallet. */
  | { readonly kind: 'gas'; readonly wallet: Address }
  /** It failed, or only used up a nonce: it cost its fee. */
  | { readonly kind: 'nothing' }
  /** Not ours: the alarm stays. */
  | { readonly kind: 'foreign' }

/**
 * Explains by the chain alone: the purpose comes from the transaction, the effect from its receipt
 * (MONEY 12, 13).
 * @param known `isWallet` is exact
 */
export function explainExternal(
  chain: Pick<Chain, 'tokens'>,
  mined: MinedTransaction,
  known: {
    readonly keepers: ReadonlySet<Address>
    /** Current and former cold wallets. */
    readonly coldWallets: ReadonlySet<Address>
    readonly isWallet: (address: Address) => boolean
  },
): Explanation {
  const { from, to, data, valueWei, ok, logs } = mined
  const { coldWallets } = known
  // Our transactions carry no authorisations: others may control the account from here on.
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
 * The reserved L1 fee was quoted for the longest bytes and at an earlier price, and the chain holds
 * only the paid fee. With too small a reserve the swept deposit would not fit and would stay
 * uncovered; a reserve of a few fees too many admits no deposit that is worth a sweep.
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

/** A failed transaction, or one of 0 to its own sender: the shape of a cancel. */
function movedNothing({ ok, from, to, valueWei, data, logs }: MinedTransaction): boolean {
  return !ok || (to === from && valueWei === 0n && data === '0x' && logs.length === 0)
}

/** A transfer of the sender in another token than the called one. */
function isOther(log: MinedTransaction['logs'][number], token: Address, from: Address): boolean {
  const transfer = readTransfer(log)
  return transfer !== undefined && transfer.from === from && transfer.token !== token
}
