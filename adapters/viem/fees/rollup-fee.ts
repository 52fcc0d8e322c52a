import { decodeFunctionResult, encodeFunctionData, parseAbi, serializeTransaction } from 'viem'
import type { Address, Hash, Hex } from '../../../domain/address.ts'
import type { Rollup } from '../../../domain/chains/fees.ts'
import type { DraftTransaction } from '../../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad, TransactionUnreadable } from '../../../domain/errors.ts'
import { quantityOrUndefined } from '../decode/fields.ts'
import type { RollupReceipt } from '../decode/receipt.ts'

/**
 * Contracts of rollups that return the L1 fee of an unsigned, RLP-encoded transaction. They add the
 * size of the signature themselves. OP stack: GasPriceOracle, with `getOperatorFee` since Isthmus
 * (docs.base.org, upgrades/isthmus/predeploys). Scroll: L1GasPriceOracle (docs.scroll.io,
 * transaction fees).
 */
export const feeOracles: Readonly<Partial<Record<Rollup, Address>>> = {
  'op-stack': '0x420000000000000000000000000000000000000f',
  scroll: '0x5300000000000000000000000000000000000002',
}

const oracleAbi = parseAbi([
  'function getL1Fee(bytes data) view returns (uint256)',
  'function getOperatorFee(uint256 gasUsed) view returns (uint256)',
])

/**
 * A nonce of the greatest expected length, so that the signed transaction is never longer than the
 * transaction that is priced here.
 */
const longNonce = 0xff_ff_ff

export type AskOracle = (call: {
  readonly to: Address
  readonly data: Hex
}) => Promise<
  { readonly kind: 'returned'; readonly data: Hex } | { readonly kind: 'reverted'; reason: string }
>

/**
 * Returns, in wei, the fee of an unsigned transaction in addition to gas × price: L1 fee + operator
 * fee. The operator fee is computed for the whole gas limit.
 * @throws ChainAnswerBad if the oracle is missing or returns no number: assuming 0 would underfund
 * the transaction
 */
export async function readRollupFee(
  chainId: number,
  rollup: Rollup,
  draft: DraftTransaction,
  ask: AskOracle,
): Promise<bigint> {
  const oracle = feeOracles[rollup]
  if (oracle === undefined) return 0n
  const data = serializeTransaction({
    type: 'eip1559',
    chainId,
    nonce: longNonce,
    to: draft.to,
    value: draft.valueWei,
    data: draft.data,
    gas: draft.gasLimit,
    maxFeePerGas: draft.maxFeeWei,
    maxPriorityFeePerGas: draft.maxFeeWei,
  })
  const l1Fee = await ask({
    to: oracle,
    data: encodeFunctionData({ abi: oracleAbi, functionName: 'getL1Fee', args: [data] }),
  })
  const l1FeeWei = l1Fee.kind === 'returned' ? numberOf('getL1Fee', l1Fee.data) : undefined
  if (l1FeeWei === undefined) {
    throw new ChainAnswerBad(
      `chain ${chainId} is configured as rollup: ${rollup}, and its fee oracle ${oracle} does not answer getL1Fee`,
    )
  }
  return rollup === 'op-stack'
    ? l1FeeWei + (await operatorFee(oracle, draft.gasLimit, ask))
    : l1FeeWei
}

/** Returns 0 if the oracle reverts: before Isthmus it lacks the method, and the fee is not due. */
async function operatorFee(oracle: Address, gasLimit: bigint, ask: AskOracle): Promise<bigint> {
  const answer = await ask({
    to: oracle,
    data: encodeFunctionData({ abi: oracleAbi, functionName: 'getOperatorFee', args: [gasLimit] }),
  })
  return answer.kind === 'returned' ? (numberOf('getOperatorFee', answer.data) ?? 0n) : 0n
}

function numberOf(functionName: 'getL1Fee' | 'getOperatorFee', data: Hex): bigint | undefined {
  // An address without code returns no bytes.
  if (data.length < 66) return undefined
  return decodeFunctionResult({ abi: oracleAbi, functionName, data })
}

/** Type of an L1 deposit on an OP stack or on Scroll: the rollup charges no fee for it. */
const fromL1 = 0x7en

/**
 * Rejects a receipt that omits the L1 fee which the chain charged (reth #6547). With 0 instead, the
 * books would miss the fee. In a quorum the endpoint abstains; a single endpoint is asked again.
 * @throws TransactionUnreadable
 */
export function requireL1Fee(rollup: Rollup, hash: Hash, receipt: object): void {
  const { l1Fee, type } = receipt as RollupReceipt
  if (feeOracles[rollup] === undefined || quantityOrUndefined(type) === fromL1) return
  if (quantityOrUndefined(l1Fee) === undefined)
    throw new TransactionUnreadable(hash, `the receipt of ${hash} names no L1 fee`)
}
