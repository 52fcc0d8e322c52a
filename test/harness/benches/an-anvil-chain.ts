import { createBroadcaster } from '../../../adapters/viem/broadcaster.ts'
import { createChainState } from '../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Address, Hex } from '../../../domain/address.ts'
import type { MoneyChain } from '../../../transactions/sign/money-chain.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { openDevnet } from '../devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../devnet/own-anvil.ts'
import { aChain, ether, token } from '../factories/a-chain.ts'
import { type Account, anAccount } from '../factories/an-account.ts'
import { keySource } from '../fakes/key-source.ts'

export interface AnvilChain extends MoneyChain {
  readonly keeper: Account
  /** URL, chain id and mnemonic of the node, for clients other than coldsweep. */
  readonly devnet: Pick<OwnAnvil, 'url' | 'chainId' | 'mnemonic'>
  readonly request: (method: string, params?: readonly unknown[]) => Promise<unknown>
  /** Adds a wallet with 1 ETH whose key the signer can read. */
  addWallet(): Account
  setBalance(holder: Address, wei: bigint): Promise<void>
  balanceOf(holder: Address): Promise<bigint>
  /** Sets the base fee of the next block. */
  setBaseFee(wei: bigint): Promise<void>
  mine(blocks?: number): Promise<void>
  /** Replaces the newest `depth` blocks by empty blocks. */
  reorg(depth: number): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts an anvil and creates the ports of transactions/ on it. The test mines each block. The
 * keeper has 1 ETH.
 */
export async function anAnvilChain(): Promise<AnvilChain> {
  const anvil = await ownAnvil()
  const { request } = openDevnet(anvil)
  const nodes = createChainNodes({ chainId: anvil.chainId, urls: [anvil.url] })
  const keeper = anAccount()
  const walletKeys: Record<Address, Hex[]> = {}
  const fund = (address: Address) =>
    request('anvil_setBalance', [address, `0x${ether.toString(16)}`])
  await request('evm_setAutomine', [false])
  await request('anvil_mine', ['0x5'])
  await fund(keeper.address)
  const chain = aChain({
    id: anvil.chainId,
    gasKeeper: { address: keeper.address, alertBelowWei: ether / 2n, maxInFlight: 16 },
  })
  const funding: Promise<unknown>[] = []
  const state = createChainState(anvil.chainId, nodes)
  // A token that returns true for every call.
  await request('anvil_setCode', [token, '0x600160005260206000f3'])
  return {
    chain,
    keeper,
    devnet: anvil,
    request,
    state,
    broadcaster: createBroadcaster(nodes),
    signer: createSigner({
      chain,
      keeperKeys: keySource({ [keeper.address]: [keeper.key] }),
      walletKeys: keySource(walletKeys),
      codec: createTransactionCodec(),
    }),
    async setBalance(holder, wei) {
      await Promise.all(funding.splice(0))
      await request('anvil_setBalance', [holder, `0x${wei.toString(16)}`])
    },
    balanceOf: async (holder) => await state.nativeBalance(holder, (await state.head()).hash),
    async setBaseFee(wei) {
      await request('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`])
    },
    addWallet() {
      const account = anAccount()
      walletKeys[account.address] = [account.key]
      funding.push(fund(account.address))
      return account
    },
    async mine(blocks = 1) {
      await Promise.all(funding.splice(0))
      await request('anvil_mine', [`0x${blocks.toString(16)}`])
    },
    async reorg(depth) {
      await request('anvil_reorg', [depth, []])
    },
    stop: anvil.stop,
  }
}
