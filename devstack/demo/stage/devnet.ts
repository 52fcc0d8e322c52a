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

/** Far above what the demo's quiet chain asks: nothing of the script is ever stuck. */
const FEES = { maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n }

export interface Call {
  /** Undefined: creates a contract. */
  to?: Address
  value?: bigint
  data?: Hex
  /** Fixed, so that what reverts is mined too. */
  gas: bigint
}

/** An account that sends in the order of its calls, without waiting for blocks. */
export interface Sender {
  address: Address
  /** Address of the contract that the account's next transaction would create. */
  nextContract(): Address
  /** Resolves with the hash when the node has taken it. */
  send(call: Call): Promise<Hex>
}

export interface Devnet {
  chainId: number
  client: PublicClient
  /** Deploys, owns the tokens, refills the keeper. */
  operator: Sender
  /** All customers' other wallets in one. */
  customers: Sender
  /** Throws when one was not mined in time or has another status. */
  mined(hashes: readonly Hex[], status?: 'success' | 'reverted'): Promise<void>
}

/** The clients of a devnet that nobody has used before: nonces are counted from 0. */
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
