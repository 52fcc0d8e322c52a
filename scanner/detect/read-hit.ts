import type { Receipt } from '../../domain/chains/block.ts'
import { distinctLogs, lackingLog } from '../../domain/chains/log-content.ts'
import type { SeenDeposit, SeenRefill } from '../../domain/deposits/deposit.ts'
import { formatDepositId } from '../../domain/deposits/deposit-id.ts'
import { ChainMoved, TransactionUnreadable } from '../../domain/errors.ts'
import {
  type Credit,
  creditOf,
  movementsOf,
  type PlacedMovement,
  type Watch,
} from '../../domain/scan/credit-rule.ts'
import type { SeenOwnTransaction } from '../../domain/scan/own-transactions.ts'
import type { Hit } from './find-hits.ts'

/** Finds of one transaction. */
export interface HitFinds {
  readonly deposits: readonly SeenDeposit[]
  readonly refills: readonly SeenRefill[]
  readonly ownTransactions: readonly SeenOwnTransaction[]
}

/**
 * Reads the finds of a hit from its receipt (MONEY 13: credit from logs and receipts only, position
 * from the full receipt). `creditOf` decides, as in `findHits`. A failed transaction credits
 * nothing, even if its block or a log search showed a payment.
 * @throws ChainMoved when the receipt names another block, TransactionUnreadable when the receipt
 * lacks a log that the search returned
 */
export function readHit(hit: Hit, receipt: Receipt | undefined, watch: Watch): HitFinds {
  const { block, transaction } = hit
  if (!receipt || receipt.blockHash !== block.hash) {
    throw new ChainMoved(`transaction ${transaction.hash} is no longer in block ${block.number}`)
  }
  const lacking = lackingLog(distinctLogs(hit.logs), receipt.logs)
  if (lacking) {
    throw new TransactionUnreadable(
      transaction.hash,
      `the receipt of ${transaction.hash} lacks a log of ${lacking.address} that a log search shows`,
    )
  }
  const credits = receipt.ok ? creditsOf(hit, receipt, watch) : []
  const { chainId } = watch
  return {
    deposits: credits
      .filter(({ credit }) => credit.kind === 'deposit')
      .map((one) => deposit(hit, receipt, chainId, one)),
    refills: credits
      .filter(({ credit }) => credit.kind === 'refill')
      .map((one) => refill(hit, chainId, one)),
    ownTransactions: hit.sender || watch.keepers.has(transaction.from) ? [own(hit, receipt)] : [],
  }
}

interface PlacedCredit extends PlacedMovement {
  readonly credit: Credit
}

/** In chain order. */
function creditsOf(
  { transaction, internal }: Hit,
  receipt: Receipt,
  watch: Watch,
): readonly PlacedCredit[] {
  return movementsOf(transaction, internal, receipt).flatMap((one) => {
    const credit = creditOf(one, [transaction.from, receipt.from], watch)
    return credit ? [{ ...one, credit }] : []
  })
}

function nonceOf({ hash, nonce }: Hit['transaction']): bigint {
  if (nonce === null) throw new TransactionUnreadable(hash, 'its nonce is missing')
  return BigInt(nonce)
}

function own({ block, transaction }: Hit, receipt: Receipt): SeenOwnTransaction {
  return {
    hash: transaction.hash,
    sender: transaction.from,
    nonce: nonceOf(transaction),
    to: transaction.to,
    valueWei: transaction.value,
    feeWei: receipt.gasUsed * receipt.effectiveGasPriceWei + receipt.l1FeeWei,
    ok: receipt.ok,
    blockNumber: block.number,
    blockHash: block.hash,
  }
}

function deposit(
  { block, transaction }: Hit,
  { transactionIndex }: Receipt,
  chainId: number,
  { credit, asset, from, amount, position, logOrder }: PlacedCredit,
): SeenDeposit {
  const key = { chainId, txHash: transaction.hash, position }
  return {
    id: formatDepositId(key),
    ...key,
    asset,
    wallet: credit.to,
    sender: from,
    amount,
    blockNumber: block.number,
    blockHash: block.hash,
    txIndex: transactionIndex < 0 ? transaction.index : transactionIndex,
    logOrder,
  }
}

function refill(
  { block, transaction }: Hit,
  chainId: number,
  { credit, from, amount, position }: PlacedCredit,
): SeenRefill {
  return {
    chainId,
    txHash: transaction.hash,
    position,
    keeper: credit.to,
    sender: from,
    amountWei: amount,
    blockNumber: block.number,
    blockHash: block.hash,
  }
}
