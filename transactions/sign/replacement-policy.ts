import type { Address } from '../../domain/address.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import { readTransferCall } from '../../domain/chains/erc20.ts'
import {
  firstEnvelope,
  fundedWei,
  isNativeSweep,
  leastFee,
  mostGasRaise,
  newestAttempt,
  raisedFee,
  raisesGas,
} from '../../domain/lanes/replacement.ts'
import type {
  CancelIntent,
  Intent,
  PaymentIntent,
  Transaction,
  UnsignedTransaction,
} from '../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../domain/money-errors.ts'

/**
 * The intent that a stored transaction was signed for; a native sweep's with the value of its next
 * attempt.
 */
export function intentOf(transaction: Transaction, valueWei: bigint): PaymentIntent {
  const { chainId, step, sender: wallet, to, data } = transaction
  if (step === 'gas') return { kind: 'fund-gas', chainId, wallet: to, valueWei }
  if (isNativeSweep(transaction)) return { kind: 'sweep-native', chainId, wallet, valueWei }
  // That the call is a transfer is what the comparison with the row shows.
  return { kind: 'sweep-token', chainId, wallet, token: to, amount: readTransferCall(data).amount }
}

export function cancelOf({ chainId, sender }: Transaction): CancelIntent {
  return { kind: 'cancel', chainId, wallet: sender }
}

/**
 * MONEY 3, 8, 9: what may replace a signed transaction: the same payment at a higher fee, or with a
 * higher gas limit where nodes refused the newest attempt for its limit, within what was funded; or
 * a cancel of it. Never more than was signed first, never another destination, and never a payment
 * again once a cancel is out.
 */
export function checkReplacement(
  chain: Chain,
  transaction: Transaction,
  intent: Intent,
  next: UnsignedTransaction,
): void {
  const newest = newestAttempt(transaction)
  refuse(transaction.state !== 'live', 'it has ended')
  refuse(transaction.mined !== null, 'a block has it')
  refuse(next.chainId !== transaction.chainId, 'another chain’s')
  refuse(next.nonce !== transaction.nonce, 'another nonce')
  refuse(
    senderOfRow(chain, transaction) !== transaction.sender,
    'the row’s sender is not its step’s',
  )
  const least = (lastWei: bigint) =>
    intent.kind === 'cancel'
      ? raisedFee(lastWei)
      : leastFee(transaction, next.fees.gasLimit, lastWei)
  refuse(next.fees.maxFeeWei < least(newest.maxFeeWei), 'its fee is not 12.5 % up')
  refuse(next.fees.maxPriorityFeeWei < least(newest.maxPriorityFeeWei), 'its tip is not 12.5 % up')
  if (intent.kind === 'cancel') {
    refuse(transaction.cancelReason === null, 'nobody asked for a cancel')
    const pure = next.to === transaction.sender && next.valueWei === 0n && next.data === '0x'
    refuse(!pure, 'a cancel pays its own sender nothing')
    return
  }
  refuse(transaction.cancelReason !== null, 'a cancel of it was asked for')
  refuse(newest.kind === 'cancel', 'a cancel of it is out')
  refuse(next.to !== transaction.to, 'another destination')
  refuse(next.data !== transaction.data, 'another call')
  const { gasLimit } = next.fees
  refuse(
    gasLimit !== newest.gasLimit && !raisesGas(transaction, gasLimit),
    'another gas limit, and the newest attempt was not refused for its limit',
  )
  refuse(gasLimit > mostGasRaise * transaction.gasLimit, 'its gas limit is far above the first')
  if (isNativeSweep(transaction)) {
    const envelope = next.valueWei + next.fees.gasLimit * next.fees.maxFeeWei
    refuse(envelope > firstEnvelope(transaction), 'value and fee are more than was signed first')
    return
  }
  refuse(next.valueWei !== transaction.valueWei, 'another value')
  if (transaction.step === 'sweep') {
    const costWei = gasLimit * next.fees.maxFeeWei
    refuse(costWei > fundedWei(transaction), 'its gas costs more than was funded')
  }
}

function senderOfRow(chain: Chain, { step, sender }: Transaction): Address {
  return step === 'gas' ? chain.gasKeeper.address : sender
}

function refuse(broken: boolean, why: string): void {
  if (broken) throw new PolicyRefused(`a replacement is refused: ${why}`)
}
