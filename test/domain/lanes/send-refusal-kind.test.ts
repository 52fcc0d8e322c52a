import { describe, expect, it } from 'vitest'
import {
  gasAskedBy,
  type SendRefusalKind,
  sendRefusalKind,
  tipAskedBy,
} from '../../../domain/lanes/send-refusal-kind.ts'

const globalFee =
  'provided fee < minimum global fee (21000000000000 < 42000000000000). Please increase the priority tip (for EIP-1559 txs) or the gas prices (for access list or legacy txs): insufficient fee'
const belowGlobal =
  'fee below global minimum: got 21000000000000, global requires 42000000000000. Please increase the priority tip (for EIP-1559 txs) or the gas prices (for access list or legacy txs)'

/** Client, text of its rejection, expected kind. */
const words: readonly (readonly [string, string, SendRefusalKind])[] = [
  ['geth', 'already known', 'already-known'],
  ['nethermind', 'AlreadyKnown', 'already-known'],
  ['besu', 'Known transaction', 'already-known'],
  ['cosmos-evm', 'tx already in mempool', 'already-known'],
  ['openethereum', 'Transaction with the same hash was already imported.', 'already-known'],
  ['hiero', 'DUPLICATE_TRANSACTION', 'already-known'],
  ['lotus', 'message from f4aa with nonce 5 already in mpool: validation failure', 'already-known'],
  ['anybody', 'nonce 5 too low', 'nonce-too-low'],
  ['anybody', 'nonce 9 is too high', 'nonce-too-high'],
  ['geth', 'nonce too low: next nonce 5, tx nonce 4', 'nonce-too-low'],
  ['nethermind', 'OldNonce, Current nonce: 5, nonce of rejected tx: 4', 'nonce-too-low'],
  ['geth', 'nonce too high', 'nonce-too-high'],
  ['erigon', 'nonce gap is too large: nonce too high', 'nonce-too-high'],
  ['cosmos-evm', 'invalid nonce; got 9, expected 4: invalid sequence', 'nonce-too-high'],
  ['hiero', 'WRONG_NONCE: wrong nonce', 'nonce-too-high'],
  ['geth', 'replacement transaction underpriced', 'replacement-underpriced'],
  ['reth', 'replacement transaction underpriced', 'replacement-underpriced'],
  ['nethermind', 'ReplacementNotAllowed', 'replacement-underpriced'],
  ['lotus', 'replace by fee has too low GasPremium', 'replacement-underpriced'],
  [
    'lotus',
    'message from f4aa with nonce 5 already in mpool, increase GasPremium to 126 from 100 to trigger replace by fee: replace by fee has too low GasPremium',
    'replacement-underpriced',
  ],
  ['erigon', 'could not replace existing tx', 'replacement-underpriced'],
  [
    'bor',
    'transaction underpriced: gas tip cap 1000000000, minimum needed 25000000000',
    'tip-too-low',
  ],
  [
    'geth',
    'transaction gas price below minimum: gas tip cap 1000000000, minimum needed 25000000000',
    'tip-too-low',
  ],
  ['besu', 'Max priority fee per gas below minimum', 'tip-too-low'],
  [
    'geth',
    'max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7',
    'underpriced',
  ],
  ['geth', 'transaction underpriced', 'underpriced'],
  ['nethermind', 'FeeTooLow, FeePerGas needs to be higher than 10 to be added', 'underpriced'],
  ['besu', 'Gas price below configured minimum gas price', 'underpriced'],
  ['reth', 'transaction underpriced', 'underpriced'],
  ['bsc', 'transaction underpriced: gas tip cap 0, minimum needed 50000000', 'tip-too-low'],
  ['nethermind', 'FeeTooLow, EffectivePriorityFeePerGas too low 1 < 2, BaseFee: 0', 'tip-too-low'],
  [
    'nethermind',
    'FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1000, BaseFee: 20000, MaxPriorityFeePerGas:10, Block number: 5',
    'underpriced',
  ],
  ['vechain', 'max fee per gas too low to cover for base fee', 'underpriced'],
  ['anybody', 'max_fee_per_gas is too low', 'underpriced'],
  ['anybody', 'maxPriorityFeePerGas is too low', 'tip-too-low'],
  ['anybody', 'priority fee per gas too low', 'tip-too-low'],
  ['anybody', 'gas price too low', 'underpriced'],
  ['anybody', 'gas limit is too low', 'gas-limit-too-low'],
  ['anybody', 'gas too low', 'gas-limit-too-low'],
  ['evmos', globalFee, 'underpriced'],
  ['cosmos-evm', belowGlobal, 'underpriced'],
  ['anybody', 'insufficient fee for transaction', 'underpriced'],
  ['hiero', 'INSUFFICIENT_TX_FEE', 'underpriced'],
  ['hiero', "Gas price '1' is below configured minimum gas price '710000000000'", 'underpriced'],
  ['cosmos-evm', 'insufficient fee: insufficient fees; got: 1 required: 2', 'underpriced'],
  ['geth', 'tx fee (1.05 ether) exceeds the configured cap (1.00 ether)', 'node-fee-cap'],
  ['besu', 'Transaction fee cap exceeded', 'node-fee-cap'],
  ['geth', 'intrinsic gas too low: gas 21000, minimum needed 60000', 'gas-limit-too-low'],
  ['geth', 'intrinsic gas too low: have 21000, want 53000', 'gas-limit-too-low'],
  ['nitro', 'intrinsic gas too low', 'gas-limit-too-low'],
  ['nethermind', 'GasLimitTooLow', 'gas-limit-too-low'],
  [
    'geth',
    'insufficient gas for floor data gas cost: gas 21000, minimum needed 22000',
    'gas-limit-too-low',
  ],
  [
    'zksync',
    'failed to validate the transaction. reason: Validation revert: Not enough gas for transaction validation',
    'gas-limit-too-low',
  ],
  [
    'filecoin',
    'message will not be included in a block: GasLimit cannot be less than the cost of storing a message: gas limit is below 1000',
    'gas-limit-too-low',
  ],
  ['geth', 'exceeds block gas limit', 'block-gas-limit'],
  ['anvil', 'intrinsic gas too high -- CallGasCostMoreThanGasLimit', 'block-gas-limit'],
  ['besu', 'Transaction gas limit exceeds block gas limit', 'block-gas-limit'],
  ['geth', 'transaction gas limit too high (cap: 16777216, tx: 20000000)', 'block-gas-limit'],
  [
    'geth',
    'insufficient funds for gas * price + value: balance 1, tx cost 2, overshot 1',
    'insufficient-funds',
  ],
  ['nethermind', 'InsufficientFunds, Account balance: 0, cumulative cost: 5', 'insufficient-funds'],
  [
    'besu',
    'Upfront cost exceeds account balance (transaction up-front cost 0x1 exceeds)',
    'insufficient-funds',
  ],
  ['erigon', 'insufficient funds for gas * price + value', 'insufficient-funds'],
  ['geth', 'in-flight transaction limit reached for delegated accounts', 'sender-limit'],
  ['geth', 'authority already reserved', 'sender-limit'],
  ['geth', 'address already reserved', 'sender-limit'],
  ['geth', 'gapped-nonce tx from delegated accounts', 'sender-limit'],
  ['geth', 'account limit exceeded: pooled 64 txs', 'sender-limit'],
  ['geth', 'future transaction tries to replace pending', 'pool-full'],
  ['erigon', 'EIP-7702 transaction with authority already reserved', 'sender-limit'],
  ['erigon', 'spammer', 'sender-limit'],
  ['erigon', "can't replace blob-txn with a non-blob-txn", 'sender-limit'],
  ['erigon', 'existing txn with same hash', 'already-known'],
  ['erigon', 'mined', 'already-known'],
  ['erigon', 'replaced by transaction with higher tip', 'replacement-underpriced'],
  ['erigon', 'fee too low', 'underpriced'],
  ['erigon', 'underpriced', 'underpriced'],
  ['erigon', 'pending sub-pool is full', 'pool-full'],
  ['erigon', 'baseFee sub-pool is full', 'pool-full'],
  ['erigon', 'IntrinsicGas', 'gas-limit-too-low'],
  ['erigon', 'gas limit is too high', 'block-gas-limit'],
  ['erigon', 'RLPTooLong', 'size-limit'],
  ['erigon', 'fork supporting this transaction type is not activated yet', 'type-unsupported'],
  ['nethermind', 'already known', 'already-known'],
  ['nethermind', 'nonce too low, Current nonce: 5, nonce of rejected tx: 4', 'nonce-too-low'],
  ['nethermind', 'gas limit reached, Gas limit: 30000000', 'block-gas-limit'],
  ['nethermind', 'delegation nonce gap', 'sender-limit'],
  ['nethermind', 'NotCurrentNonceForDelegation', 'sender-limit'],
  ['nethermind', 'delegation authority has pending transaction', 'sender-limit'],
  ['nethermind', 'DelegatorHasPendingTx', 'sender-limit'],
  ['nethermind', 'pending transaction type conflict', 'sender-limit'],
  ['nethermind', 'PendingTxsOfConflictingType', 'sender-limit'],
  ['nethermind', 'FeeTooLowToCompete', 'underpriced'],
  ['nethermind', 'nonce too far in future', 'nonce-too-high'],
  ['nethermind', 'NonceTooFarInFuture', 'nonce-too-high'],
  ['nethermind', 'MaxTxSizeExceeded', 'size-limit'],
  ['nethermind', 'NotSupportedTxType', 'type-unsupported'],
  ['nethermind', 'node is syncing', 'provider'],
  ['besu', 'Intrinsic gas exceeds gas limit', 'gas-limit-too-low'],
  ['besu', 'Gas price below current base fee', 'underpriced'],
  ['besu', 'Transaction nonce is too distant from current sender nonce', 'nonce-too-high'],
  ['besu', 'An invalid transaction with a lower nonce exists', 'nonce-too-high'],
  ['besu', 'Sender account not authorized to send transactions', 'sender-blocked'],
  [
    'besu',
    'Transaction pool not enabled. (Either txpool explicitly disabled, or node not yet in sync).',
    'provider',
  ],
  ['besu', 'Initial sync is still in progress', 'provider'],
  ['reth', '[0x12]: already imported', 'already-known'],
  ['reth', 'nonce too low: next nonce 5, tx nonce 4', 'nonce-too-low'],
  ['reth', 'max fee per gas less than block base fee', 'underpriced'],
  ['reth', 'transaction feeCap 5 below chain minimum', 'underpriced'],
  ['reth', 'insufficient gas price to replace existing transaction', 'replacement-underpriced'],
  ['reth', 'exceeds max transaction gas limit', 'block-gas-limit'],
  ['reth', "transaction's gas limit 50 exceeds block's gas limit 30", 'block-gas-limit'],
  ['reth', 'transaction overdraws from account', 'insufficient-funds'],
  ['reth', 'rejected due to 0x12 being identified as a spammer', 'sender-limit'],
  ['reth', 'transaction type 2 conflicts with existing transaction for 0x12', 'sender-limit'],
  ['reth', 'transaction discarded outright due to pool size constraints', 'pool-full'],
  ['reth', 'transaction priority fee below minimum required priority fee 5', 'tip-too-low'],
  ['geth', 'txpool is full', 'pool-full'],
  ['reth', 'txpool is full', 'pool-full'],
  ['cosmos-evm', 'mempool is full: number of txs 5000', 'pool-full'],
  ['gateway', 'Your app has exceeded its compute units per second capacity', 'provider'],
  ['gateway', 'the node answered HTTP 401 Unauthorized', 'provider'],
  ['gateway', 'daily request count exceeded, request rate limited', 'provider'],
  ['gateway', 'the method eth_sendRawTransaction does not exist/is not available', 'provider'],
  ['nitro', 'transaction rejected by sequencer', 'sender-blocked'],
  ['bsc', 'sender is blacklisted', 'sender-blocked'],
  ['geth', 'transaction type not supported', 'type-unsupported'],
  [
    'reth',
    'eip-1559 transactions are not supported: transaction type not supported',
    'type-unsupported',
  ],
  ['besu', 'unknown transaction type: 2', 'type-unsupported'],
  ['anybody', 'Unknown transaction', 'other'],
  ['geth', 'invalid chain id for signer: have 1 want 5', 'wrong-chain'],
  ['geth', 'only replay-protected (EIP-155) transactions allowed over RPC', 'wrong-chain'],
  ['geth', 'max initcode size exceeded: code size 50000, limit 49152', 'size-limit'],
  ['geth', 'oversized data: transaction size 140000, limit 131072', 'size-limit'],
  ['anybody', 'internal error', 'other'],
  ['anybody', '', 'other'],
]

describe('texts of rejections', () => {
  it.each(words)('sendRefusalKind of the %s text "%s" is %s', (_client, said, kind) => {
    expect(sendRefusalKind(said)).toBe(kind)
  })

  it('tipAskedBy returns the required tip, or undefined if the text names no tip', () => {
    expect(tipAskedBy('gas tip cap 1000000000, minimum needed 25000000000')).toBe(25_000_000_000n)
    expect(tipAskedBy('transaction underpriced: tip needed 25000000000')).toBe(25_000_000_000n)
    expect(tipAskedBy('minimum priority fee is 25000000000')).toBe(25_000_000_000n)
    expect(tipAskedBy('FeeTooLow, EffectivePriorityFeePerGas too low 1 < 2, BaseFee: 0')).toBe(2n)
    expect(tipAskedBy('transaction underpriced')).toBeUndefined()
    expect(tipAskedBy(`tip: minimum ${'9'.repeat(40)}`)).toBeUndefined()
  })

  it.each([
    globalFee,
    belowGlobal,
    'FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1000, BaseFee: 20000, MaxPriorityFeePerGas:10, Block number: 5',
    'fee 7 < minimum 9, a tip is part of it',
  ])('tipAskedBy ignores the number of another fee: %s', (said) => {
    expect(tipAskedBy(said)).toBeUndefined()
  })

  it('gasAskedBy returns the required gas limit, or undefined if the text names no limit', () => {
    expect(gasAskedBy('intrinsic gas too low: gas 21000, minimum needed 60000')).toBe(60_000n)
    expect(gasAskedBy('intrinsic gas too low: have 21000, want 53000')).toBe(53_000n)
    expect(gasAskedBy('intrinsic gas too low')).toBeUndefined()
    expect(gasAskedBy('transaction underpriced: minimum needed 5')).toBeUndefined()
  })
})
