import {
  type Address,
  createPublicClient,
  getContractAddress,
  type Hex,
  http,
  type PublicClient,
} from 'viem'
import { type HDAccount, mnemonicToAccount } from 'viem/accounts'
import type { Anvil } from '../../services/anvil.ts'

/**
 * These fees are far above those of the demo's quiet chain, so no scripted transaction gets stuck.
 */
const FEES = { maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n }

/** A transaction without its sender, nonce and fees. */
export interface Call {
  /** Receiver of the call; undefined to create a contract. */
  to?: Address
  value?: bigint
  data?: Hex
  /** The gas limit is fixed, so that a reverting transaction is mined too. */
  gas: bigint
}

/** An account that sends its transactions in the order of the calls, without waiting for blocks. */
export interface Sender {
  address: Address
  /** Address of the contract that the account's next transaction would create. */
  nextContract(): Address
  /** Resolves with the hash once the node accepts the transaction. */
  send(call: Call): Promise<Hex>
}

/** The demo's clients of its chain. */
export interface Devnet {
  chainId: number
  client: PublicClient
  /** The account that deploys and owns the tokens, and refills the keeper. */
  operator: Sender
  /** The account that pays every customer's deposits. */
  customers: Sender
  /** Waits until all transactions are mined. Throws on a timeout, or if one has another status. */
  mined(hashes: readonly Hex[], status?: 'success' | 'reverted'): Promise<void>
}

/** Creates the clients of a new devnet. Each sender counts its nonces from 0. */
export function openDevnet(anvil: Anvil): Devnet {
  const { chainId, url, mnemonic } = anvil
  const client = createPublicClient({ transport: http(url), pollingInterval: 100 })
  const senderOf = (addressIndex: number) =>
    createSender(client, chainId, mnemonicToAccount(mnemonic, { addressIndex }))
  return {
    chainId,
    client,
    operator: senderOf(0),
    customers: senderOf(1),
    async mined(hashes, wanted = 'success') {
      for (const hash of hashes) {
        const { status } = await client.waitForTransactionReceipt({ hash, timeout: 60_000 })
        if (status !== wanted) throw new Error(`the demo's own transaction ${hash} is ${status}`)
      }
    },
  }
}

function createSender(client: PublicClient, chainId: number, account: HDAccount): Sender {
  const { address } = account
  let nonce = 0
  return {
    address,
    nextContract: () => getContractAddress({ from: address, nonce: BigInt(nonce) }),
    async send(call) {
      const serializedTransaction = await account.signTransaction({
        type: 'eip1559',
        chainId,
        nonce: nonce++,
        ...FEES,
        ...call,
      })
      return client.sendRawTransaction({ serializedTransaction })
    },
  }
}
