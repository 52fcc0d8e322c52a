import type { Address } from '../../domain/address.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import { readTransferCall } from '../../domain/chains/erc20.ts'
import {
  firstEnvelope,
  fundedWei,
  leastFee,
  mostGasRaise,
  mostOrderedFee,
  newestAttempt,
  raisedFee,
  raisesGas,
  sendsRest,
} from '../../domain/lanes/replacement.ts'
import type {
  CancelIntent,
  Intent,
  PaymentIntent,
  Transaction,
  UnsignedTransaction,
} from '../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../domain/money-errors.ts'

/** Returns the intent of a stored transaction. `valueWei` is the value of the next attempt. */
export function intentOf(
  transaction: Transaction,
  valueWei: bigint,
  coldWallet?: Address,
): PaymentIntent {
  const { chainId, step, sender: wallet, to, data } = transaction
  if (step === 'drain') {
    // If the keeper has changed since, `checkReplacement` refuses the other destination.
    const destination = to === coldWallet ? 'cold-wallet' : 'keeper'
    return { kind: 'drain-keeper', chainId, wallet, to: destination, valueWei }
  }
  if (step === 'gas') return { kind: 'fund-gas', chainId, wallet: to, valueWei }
  if (sendsRest(transaction)) return { kind: 'sweep-native', chainId, wallet, valueWei }
  // The row's data is not checked here. `checkReplacement` refuses data that is not a transfer to
  // the cold wallet, because it compares the row's data with the built transaction.
  return { kind: 'sweep-token', chainId, wallet, token: to, amount: readTransferCall(data).amount }
}

/** Returns the intent to cancel a stored transaction. */
export function cancelOf({ chainId, sender }: Transaction): CancelIntent {
  return { kind: 'cancel', chainId, wallet: sender }
}

/**
 * MONEY 3, 8, 9: checks a replacement. It may be a cancel, or the same payment at a higher fee
 * within the funded amount (or with a higher gas limit, if nodes refused the newest attempt for its
 * limit). Rejects a higher total than first signed, another destination, and a payment after a
 * cancel.
 * @throws PolicyRefused
 */
export function checkReplacement(
  chain: Chain,
  transaction: Transaction,
  intent: Intent,
  next: UnsignedTransaction,
): void {
  const newest = newestAttempt(transaction)
  refuse(transaction.state !== 'live', 'the transaction has ended')
  refuse(transaction.mined !== null, 'the transaction is mined')
  refuse(next.chainId !== transaction.chainId, 'the chain id differs')
  refuse(next.nonce !== transaction.nonce, 'the nonce differs')
  refuse(
    senderOfRow(chain, transaction) !== transaction.sender,
    'the row’s sender does not match its step',
  )
  const least = (lastWei: bigint) =>
    intent.kind === 'cancel'
      ? raisedFee(lastWei)
      : leastFee(transaction, next.fees.gasLimit, lastWei)
  refuse(next.fees.maxFeeWei < least(newest.maxFeeWei), 'the fee is raised by less than 12.5 %')
  refuse(
    next.fees.maxPriorityFeeWei < least(newest.maxPriorityFeeWei),
    'the tip is raised by less than 12.5 %',
  )
  if (intent.kind === 'cancel') {
    refuse(transaction.cancelReason === null, 'no cancel was requested')
    const pure = next.to === transaction.sender && next.valueWei === 0n && next.data === '0x'
    refuse(!pure, 'a cancel must pay nothing to its own sender')
    return
  }
  refuse(transaction.cancelReason !== null, 'a cancel was requested')
  refuse(newest.kind === 'cancel', 'a cancel was already signed')
  refuse(next.to !== transaction.to, 'the destination differs')
  refuse(next.data !== transaction.data, 'the calldata differs')
  const { gasLimit } = next.fees
  refuse(
    gasLimit !== newest.gasLimit && !raisesGas(transaction, gasLimit),
    'the gas limit differs, but the newest attempt was not refused for its limit',
  )
  refuse(gasLimit > mostGasRaise * transaction.gasLimit, 'the gas limit is far above the first one')
  const orderedFee = mostOrderedFee(transaction, gasLimit) ?? next.fees.maxFeeWei
  refuse(next.fees.maxFeeWei > orderedFee, 'the gas costs more than the order to sweep dust allows')
  if (sendsRest(transaction)) {
    const envelope = next.valueWei + next.fees.gasLimit * next.fees.maxFeeWei
    refuse(envelope > firstEnvelope(transaction), 'value and fee exceed the first signed total')
    return
  }
  refuse(next.valueWei !== transaction.valueWei, 'the value differs')
  if (transaction.step === 'sweep') {
    const costWei = gasLimit * next.fees.maxFeeWei
    refuse(costWei > fundedWei(transaction), 'the gas costs more than was funded')
  }
}

function senderOfRow(chain: Chain, { step, sender }: Transaction): Address {
  return step === 'gas' ? chain.gasKeeper.address : sender
}

function refuse(broken: boolean, why: string): void {
  if (broken) throw new PolicyRefused(`replacement refused: ${why}`)
}
