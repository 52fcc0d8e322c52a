import {
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializable,
  type TransactionSerialized,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type Address, toAddress } from '../../domain/address.ts'
import type { TransactionCodec } from '../../domain/lanes/signing.ts'
import type { UnsignedTransaction } from '../../domain/lanes/transaction.ts'
import { SignedDifferently } from '../../domain/money-errors.ts'

/**
 * Signs and decodes transactions with viem's pure functions, without its send helpers and nonce
 * manager (MONEY 1).
 */
export function createTransactionCodec(): TransactionCodec {
  return {
    addressOfKey(key) {
      try {
        return toAddress(privateKeyToAccount(key).address)
      } catch {
        return undefined
      }
    },
    async sign(transaction, key) {
      const raw = await privateKeyToAccount(key).signTransaction(toSerializable(transaction))
      return { raw, hash: keccak256(raw) }
    },
    async decode(raw) {
      const serializedTransaction = raw as TransactionSerialized
      const read = parseTransaction(serializedTransaction)
      const { type, chainId, to } = read
      // The caller compares the decoded fields with the intent. They do not include an access list,
      // a delegation or a contract creation, so a transaction with one of these is refused.
      const hasAccessList = 'accessList' in read && (read.accessList?.length ?? 0) > 0
      if ((type !== 'legacy' && type !== 'eip1559') || hasAccessList || !chainId || !to) {
        throw new SignedDifferently('not a transaction that this signer makes')
      }
      const sender = await recoverTransactionAddress({ serializedTransaction })
      const legacy = type === 'legacy'
      const maxFeeWei = (legacy ? read.gasPrice : read.maxFeePerGas) ?? 0n
      return {
        chainId,
        feeMode: type,
        nonce: BigInt(read.nonce ?? 0),
        to: to.toLowerCase() as Address,
        valueWei: read.value ?? 0n,
        data: read.data ?? '0x',
        fees: {
          gasLimit: read.gas ?? 0n,
          maxFeeWei,
          maxPriorityFeeWei: legacy ? maxFeeWei : (read.maxPriorityFeePerGas ?? 0n),
        },
        sender: toAddress(sender),
        hash: keccak256(raw),
      }
    },
  }
}

function toSerializable(transaction: UnsignedTransaction): TransactionSerializable {
  const common = {
    chainId: transaction.chainId,
    nonce: Number(transaction.nonce),
    to: transaction.to,
    value: transaction.valueWei,
    data: transaction.data,
    gas: transaction.fees.gasLimit,
  }
  return transaction.feeMode === 'legacy'
    ? { ...common, type: 'legacy', gasPrice: transaction.fees.maxFeeWei }
    : {
        ...common,
        type: 'eip1559',
        maxFeePerGas: transaction.fees.maxFeeWei,
        maxPriorityFeePerGas: transaction.fees.maxPriorityFeeWei,
      }
}
