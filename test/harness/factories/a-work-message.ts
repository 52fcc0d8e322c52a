import { randomBytes } from 'node:crypto'
import { getAddress } from 'viem/utils'
import type { WorkMessage } from '../../../domain/outbox/event.ts'

/** A valid message about a token deposit that nobody else has, but for what is given. */
export function aWorkMessage(more: Partial<WorkMessage> = {}): WorkMessage {
  const chainId = more.chainId ?? 31337
  const place = more.kind === 'native' ? 'native' : '3'
  return {
    v: 1,
    depositId: `${chainId}:0x${randomBytes(32).toString('hex')}:${place}`,
    chainId,
    asset: more.kind === 'native' ? 'ETH' : 'USDT',
    kind: 'token',
    wallet: getAddress(`0x${randomBytes(20).toString('hex')}`),
    amount: '1500000000000000000',
    decimals: 18,
    ...more,
  }
}
