import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { Chain } from '../chains/chain.ts'
import { readTransfer, readTransferCall } from '../chains/erc20.ts'
import { withL1Margin } from '../chains/fees.ts'
import type { MinedTransaction } from '../chains/mined-transaction.ts'
import type { DrainDestination } from '../lanes/transaction.ts'
import type { SweepOutcome } from '../sweeps/sweep.ts'
import { tokenSwept } from '../sweeps/token-swept.ts'
import { isTransferTo, sweptBy } from './movements.ts'

/**
 * The purpose of an external transaction: one of our addresses sent it, but the database has no row
 * for it (MONEY 22).
 */
export type Explanation =
  /** A sweep to the cold wallet whose row was lost. */
  | {
      readonly kind: 'sweep'
      readonly wallet: Address
      readonly asset: AssetId
      /** Without `emptied` and `remainingAmount`, which the caller reads from the chain. */
      readonly outcome: Omit<SweepOutcome, 'emptied' | 'remainingAmount'>
    }
  /** The keeper sent native coin to a user wallet. */
  | { readonly kind: 'gas'; readonly wallet: Address }
  /** A retired keeper sent native coin to another keeper or to a cold wallet. */
  | {
      readonly kind: 'drain'
      readonly to: Address
      readonly destination: DrainDestination
      readonly blockNumber: bigint
      readonly txIndex: number
    }
  /** The transaction failed or was a cancel. It cost its fee and moved nothing else. */
  | { readonly kind: 'nothing' }
  /** A transaction that coldsweep would never sign. The alarm stays active. */
  | { readonly kind: 'foreign' }

/** Addresses of the chain. */
export interface KnownAddresses {
  /** Current and retired keepers. */
  readonly keepers: ReadonlySet<Address>
  readonly retired: ReadonlySet<Address>
  /** Current and former cold wallets. */
  readonly coldWallets: ReadonlySet<Address>
  /** Gives no false positives. */
  readonly isWallet: (address: Address) => boolean
}

/**
 * Explains an external transaction from the chain alone: its fields show the purpose, its receipt
 * shows the effect (MONEY 12, 13).
 */
export function explainExternal(
  chain: Pick<Chain, 'tokens'>,
  mined: MinedTransaction,
  known: KnownAddresses,
): Explanation {
  const { from, to, data, valueWei, ok, logs } = mined
  const { coldWallets } = known
  // coldsweep signs no EIP-7702 authorisations. An authorisation may give others control of the
  // account.
  if (mined.authorizes) return { kind: 'foreign' }
  const isPlain = data === '0x'
  if (known.keepers.has(from)) {
    const paid = ok && isPlain && valueWei > 0n ? to : null
    if (paid && known.isWallet(paid)) return { kind: 'gas', wallet: paid }
    const destination = paid && drainTo(from, paid, known)
    if (paid && destination) {
      const { blockNumber, txIndex } = mined
      return { kind: 'drain', to: paid, destination, blockNumber, txIndex }
    }
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

function drainTo(from: Address, to: Address, known: KnownAddresses): DrainDestination | undefined {
  if (!known.retired.has(from) || to === from) return undefined
  if (known.keepers.has(to)) return 'keeper'
  return known.coldWallets.has(to) ? 'cold-wallet' : undefined
}

/**
 * Estimates the L1 fee that was quoted for a lost native sweep, as a multiple of the paid L1 fee,
 * which the chain shows. The quote was higher, because it was for the longest bytes and at an
 * earlier price. If the factor is too small, the swept deposit does not fit into the sweep and
 * stays uncovered. If the factor is too large by a few fees, the surplus is smaller than any
 * deposit that is worth a sweep.
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
  // A native sweep was signed for a balance that also paid its gas reserve (MONEY 9).
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

/**
 * Returns whether the transaction failed, or is a cancel: a payment of 0 from the sender to itself.
 */
function movedNothing({ ok, from, to, valueWei, data, logs }: MinedTransaction): boolean {
  return !ok || (to === from && valueWei === 0n && data === '0x' && logs.length === 0)
}

/** Returns whether the log is a transfer from the sender in another token than the called one. */
function isOther(log: MinedTransaction['logs'][number], token: Address, from: Address): boolean {
  const transfer = readTransfer(log)
  return transfer !== undefined && transfer.from === from && transfer.token !== token
}
