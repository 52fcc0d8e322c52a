import { randomBytes } from 'node:crypto'
import type { Hash } from '../../../domain/address.ts'
import {
  type Attempt,
  type Mined,
  type Transaction,
  transactionKey,
} from '../../../domain/lanes/transaction.ts'
import { coldWallet, gwei, keeper, wallet } from './a-chain.ts'

export const aHash = (): Hash => `0x${randomBytes(32).toString('hex')}`

export function anAttempt(more: Partial<Attempt> = {}): Attempt {
  return {
    hash: aHash(),
    kind: 'send',
    number: 1,
    raw: '0x02',
    valueWei: 0n,
    signedBlock: 10n,
    maxFeeWei: gwei,
    maxPriorityFeeWei: gwei,
    gasLimit: 21_000n,
    lastSentAt: new Date(0),
    unheld: 0,
    lastError: null,
    ...more,
  }
}

/** The mined part of a transaction: a success at 1 gwei and 21,000 gas. */
export function aMined(more: Partial<Mined> = {}): Mined {
  return {
    hash: aHash(),
    blockNumber: 10n,
    blockHash: aHash(),
    txIndex: 0,
    ok: true,
    gasUsed: 21_000n,
    gasPriceWei: gwei,
    l1FeeWei: 0n,
    ...more,
  }
}

/** A live, unmined transaction of 0 wei at 1 gwei per gas. */
export function aTransaction(more: Partial<Transaction> = {}): Transaction {
  const { sweepId = 'sweep-1', step = 'gas', round = 1 } = more
  return {
    key: transactionKey(sweepId, step, round),
    sweepId,
    step,
    round,
    chainId: 31337,
    sender: step === 'gas' ? keeper : wallet,
    nonce: 0n,
    to: step === 'gas' ? wallet : coldWallet,
    valueWei: 0n,
    data: '0x',
    gasLimit: 21_000n,
    feeCapWei: 2n * gwei,
    l1FeeWei: 0n,
    costLimitWei: null,
    cancelReason: null,
    refusal: null,
    state: 'live',
    mined: null,
    attempts: [anAttempt({ valueWei: more.valueWei ?? 0n, gasLimit: more.gasLimit ?? 21_000n })],
    ...more,
  }
}
