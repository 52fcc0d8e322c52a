import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { Position } from '../../../domain/deposits/deposit-id.ts'
import { token, wallet } from './a-chain.ts'
import { aHash } from './a-transaction.ts'

/** A confirmed token deposit that is waiting(queued). */
export function aDeposit(more: Partial<Deposit> = {}): Deposit {
  const { chainId = 31337, txHash = aHash(), asset = token } = more
  const position: Position = more.position ?? (asset === 'native' ? 'native' : '0')
  return {
    id: `${chainId}:${txHash}:${position}`,
    chainId,
    txHash,
    position,
    asset,
    wallet,
    sender: `0x${'5e'.repeat(20)}`,
    amount: 1_500_000n,
    blockNumber: 5n,
    blockHash: aHash(),
    txIndex: 0,
    logOrder: position === 'native' ? -1 : 0,
    state: 'waiting',
    reason: 'queued',
    detail: '',
    since: new Date(0),
    sweepId: null,
    covered: false,
    confirmedAt: new Date(0),
    ...more,
  }
}
