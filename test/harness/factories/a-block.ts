import type { Address, Hash, Hex } from '../../../domain/address.ts'
import type { Block, BlockTransaction, Log, Receipt } from '../../../domain/chains/block.ts'
import { transferTopic } from '../../../domain/chains/erc20.ts'
import type { Watch } from '../../../domain/scan/credit-rule.ts'

/** Readable addresses and hashes for tests: `address(1)`, `hash(7)`. */
export const address = (n: number): Address => `0x${n.toString(16).padStart(40, '0')}`
export const hash = (n: number): Hash => `0x${n.toString(16).padStart(64, '0')}`
const word = (hex: string): Hex => `0x${hex.replace('0x', '').padStart(64, '0')}`

export const who = {
  wallet: address(0xa1),
  otherWallet: address(0xa2),
  stranger: address(0xb1),
  keeper: address(0xc1),
  retiredKeeper: address(0xc2),
  cold: address(0xd1),
  token: address(0xe1),
  otherToken: address(0xe2),
} as const

export function aTransaction(given: Partial<BlockTransaction> = {}): BlockTransaction {
  return {
    hash: hash(0x100),
    index: 0,
    from: who.stranger,
    to: who.wallet,
    nonce: 0,
    value: 5n,
    mayRunCode: false,
    ...given,
  }
}

export function aBlock(given: Partial<Block> = {}): Block {
  return {
    number: 10n,
    hash: hash(10),
    parentHash: hash(9),
    logsBloom: '0x',
    timestamp: 1_700_000_000n,
    transactions: [],
    ...given,
  }
}

export function aTransfer(
  given: {
    readonly token?: Address
    readonly from?: Address
    readonly to?: Address
    readonly amount?: bigint
    readonly log?: Partial<Log>
  } = {},
): Log {
  const { token = who.token, from = who.stranger, to = who.wallet, amount = 7n } = given
  return {
    address: token,
    topics: [transferTopic, word(from), word(to)],
    data: word(amount.toString(16)),
    blockNumber: 10n,
    blockHash: hash(10),
    transactionHash: hash(0x100),
    logIndex: 0,
    ...given.log,
  }
}

/** Fields of a receipt in a test. The default place of a log is its index in `logs`. */
export type GivenReceipt = Partial<Omit<Receipt, 'logs'>> & {
  readonly logs?: readonly (Log & { readonly place?: number })[]
}

export function aReceipt({ logs = [], ...given }: GivenReceipt = {}): Receipt {
  return {
    transactionHash: hash(0x100),
    transactionIndex: 0,
    blockNumber: 10n,
    blockHash: hash(10),
    from: who.stranger,
    to: who.wallet,
    ok: true,
    gasUsed: 21_000n,
    effectiveGasPriceWei: 1n,
    l1FeeWei: 0n,
    logs: logs.map((log, place) => ({ place, ...log })),
    logCount: logs.length,
    ...given,
  }
}

export const aWatch: Watch = {
  chainId: 1,
  tokens: new Set([who.token]),
  keepers: new Set([who.keeper, who.retiredKeeper]),
  isWallet: (one) => one === who.wallet || one === who.otherWallet,
}
