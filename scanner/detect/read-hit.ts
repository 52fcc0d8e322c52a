import type { Receipt } from '../../domain/chains/block.ts'
import { distinctLogs, lackingLog } from '../../domain/chains/log-content.ts'
import type { SeenDeposit, SeenRefill } from '../../domain/deposits/deposit.ts'
import { formatDepositId, type Position } from '../../domain/deposits/deposit-id.ts'
import { ChainMoved, TransactionUnreadable } from '../../domain/errors.ts'
import type { SeenOwnTransaction } from '../../domain/scan/scan-store.ts'
import { type Credit, creditOf, type Movement, movementOf, type Watch } from './credit-rule.ts'
import { type Hit, movedInside } from './find-hits.ts'

/** Finds of one transaction. */
export interface HitFinds {
  readonly deposits: readonly SeenDeposit[]
  readonly refills: readonly SeenRefill[]
  readonly ownTransactions: readonly SeenOwnTransaction[]
}

/**
 * Reads a hit by its receipt (MONEY 13: credit from logs and receipts only, position from the full
 * receipt). `creditOf` decides, as in `findHits`. A failed transaction credits nothing, even if its
 * block or a log search showed a payment.
 * @throws ChainMoved when the receipt names another block, TransactionUnreadable when it lacks a
 * log that the search returned
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

/** A movement, and its place in the transaction. */
interface Placed extends Movement {
  readonly position: Position
  readonly logOrder: number
}

interface PlacedCredit extends Placed {
  readonly credit: Credit
}

/** In chain order: the transaction's own value, its internal transfers, its logs. */
function creditsOf(hit: Hit, receipt: Receipt, watch: Watch): readonly PlacedCredit[] {
  const { from, to, value } = hit.transaction
  const native: Placed = {
    asset: 'native',
    from,
    to,
    amount: value,
    position: 'native',
    logOrder: -1,
  }
  const internal = hit.internal.map(
    (one): Placed => ({
      ...movedInside(one),
      position: `native-${one.path}`,
      logOrder: one.order,
    }),
  )
  const tokens = receipt.logs.flatMap((log): readonly Placed[] => {
    const movement = movementOf(log)
    return movement ? [{ ...movement, position: `${log.place}`, logOrder: log.place }] : []
  })
  return [native, ...internal, ...tokens].flatMap((one) => {
    const credit = creditOf(one, [from, receipt.from], watch)
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
