import type { Address } from '../../domain/address.ts'
import type { Receipt } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import { distinctLogs, lackingLog } from '../../domain/chains/log-content.ts'
import type { SeenDeposit, SeenRefill } from '../../domain/deposits/deposit.ts'
import { formatDepositId, type Position } from '../../domain/deposits/deposit-id.ts'
import { ChainMoved, TransactionUnreadable } from '../../domain/errors.ts'
import type { SeenOwnTransaction } from '../../domain/scan/scan-store.ts'
import type { Hit, Watch } from './find-hits.ts'

/** What one transaction brought. */
export interface HitFinds {
  readonly deposits: readonly SeenDeposit[]
  readonly refills: readonly SeenRefill[]
  readonly ownTransactions: readonly SeenOwnTransaction[]
}

/**
 * Reads a hit by its receipt (MONEY 13: credit from logs and receipts only, the position from the
 * full receipt).
 * - A failed transaction credits nothing, whatever its block or a log search said.
 * - Native coin counts when it goes to a wallet by the transaction itself, or by its code where
 *   that is traced; keeper coin, current or retired, does not.
 * - Tokens count from anybody, the keeper, the cold wallet and other wallets too: what reached a
 *   wallet has to be explained.
 * - What goes from an address to itself, or moves nothing, is nothing.
 * @param watch with an exact `isWallet`
 * @throws ChainMoved when the receipt is not of the hit's block, TransactionUnreadable when it
 * lacks a log that was found
 */
export function readHit(hit: Hit, receipt: Receipt | undefined, watch: Watch): HitFinds {
  const { block, transaction } = hit
  if (!receipt || receipt.blockHash !== block.hash) {
    throw new ChainMoved(`transaction ${transaction.hash} is not in block ${block.number} any more`)
  }
  const lacking = lackingLog(distinctLogs(hit.logs), receipt.logs)
  if (lacking) {
    throw new TransactionUnreadable(
      transaction.hash,
      `the receipt of ${transaction.hash} lacks a log of ${lacking.address} that a log search shows`,
    )
  }
  return {
    deposits: receipt.ok
      ? [
          ...nativeDeposit(hit, receipt, watch),
          ...innerDeposits(hit, receipt, watch),
          ...tokenDeposits(hit, receipt, watch),
        ]
      : [],
    refills: receipt.ok ? [...refill(hit, watch), ...innerRefills(hit, watch)] : [],
    ownTransactions: hit.sender || watch.keepers.has(transaction.from) ? [own(hit, receipt)] : [],
  }
}

function nonceOf({ hash, nonce }: Hit['transaction']): bigint {
  if (nonce === null) throw new TransactionUnreadable(hash, 'its nonce is not told')
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

function nativeDeposit(hit: Hit, receipt: Receipt, watch: Watch): readonly SeenDeposit[] {
  const { from, to, value } = hit.transaction
  if (to === null || value === 0n || from === to) return []
  // Blocks and receipts may name a sender in different forms (hiero-json-rpc-relay #2128).
  const isKeepers = watch.keepers.has(from) || watch.keepers.has(receipt.from)
  if (isKeepers || watch.keepers.has(to) || !watch.isWallet(to)) return []
  return [
    seen(hit, receipt, watch, {
      position: 'native',
      logOrder: -1,
      asset: 'native',
      from,
      to,
      value,
    }),
  ]
}

/**
 * `findHits` has left out what no keeper or wallet gets, and all that a keeper's own transaction
 * moved.
 */
function innerDeposits(hit: Hit, receipt: Receipt, watch: Watch): readonly SeenDeposit[] {
  return hit.inner
    .filter(({ to }) => !watch.keepers.has(to) && watch.isWallet(to))
    .map(({ path, order, from, to, value }) =>
      seen(hit, receipt, watch, {
        position: `native-${path}`,
        logOrder: order,
        asset: 'native',
        from,
        to,
        value,
      }),
    )
}

function innerRefills(hit: Hit, watch: Watch): readonly SeenRefill[] {
  return hit.inner
    .filter(({ to }) => watch.keepers.has(to))
    .map(({ path, from, to, value }) => ({
      chainId: watch.chainId,
      txHash: hit.transaction.hash,
      position: `native-${path}` as const,
      keeper: to,
      sender: from,
      amountWei: value,
      blockNumber: hit.block.number,
      blockHash: hit.block.hash,
    }))
}

function tokenDeposits(hit: Hit, receipt: Receipt, watch: Watch): readonly SeenDeposit[] {
  return receipt.logs.flatMap((log) => {
    const transfer = readTransfer(log)
    if (!transfer || !watch.tokens.has(transfer.token) || transfer.amount === 0n) return []
    const { token, from, to, amount } = transfer
    if (from === to || !watch.isWallet(to)) return []
    const position: Position = `${log.place}`
    return [
      seen(hit, receipt, watch, {
        position,
        logOrder: log.place,
        asset: token,
        from,
        to,
        value: amount,
      }),
    ]
  })
}

function seen(
  { block, transaction }: Hit,
  { transactionIndex }: Receipt,
  { chainId }: Watch,
  credit: {
    readonly position: Position
    readonly logOrder: number
    readonly asset: SeenDeposit['asset']
    readonly from: Address
    readonly to: Address
    readonly value: bigint
  },
): SeenDeposit {
  const key = { chainId, txHash: transaction.hash, position: credit.position }
  return {
    id: formatDepositId(key),
    ...key,
    asset: credit.asset,
    wallet: credit.to,
    sender: credit.from,
    amount: credit.value,
    blockNumber: block.number,
    blockHash: block.hash,
    txIndex: transactionIndex < 0 ? transaction.index : transactionIndex,
    logOrder: credit.logOrder,
  }
}

/** MONEY 23: coin that reaches a keeper from anybody else, another keeper too. */
function refill({ block, transaction }: Hit, watch: Watch): readonly SeenRefill[] {
  const { from, to, value } = transaction
  if (to === null || value === 0n || from === to || !watch.keepers.has(to)) return []
  return [
    {
      chainId: watch.chainId,
      txHash: transaction.hash,
      position: 'native',
      keeper: to,
      sender: from,
      amountWei: value,
      blockNumber: block.number,
      blockHash: block.hash,
    },
  ]
}
