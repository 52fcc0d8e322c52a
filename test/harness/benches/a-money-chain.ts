import { randomInt } from 'node:crypto'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Address, Hex } from '../../../domain/address.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import { recordedTransferGas } from '../../../domain/chains/nodes/transfer-gas-limit.ts'
import type { MoneyChain } from '../../../transactions/sign/money-chain.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { aChain, ether } from '../factories/a-chain.ts'
import { type Account, anAccount } from '../factories/an-account.ts'
import { FakeChain } from '../fakes/fake-chain.ts'
import { keySource } from '../fakes/key-source.ts'

export interface MoneyChainOfTest extends MoneyChain {
  readonly fake: FakeChain
  readonly keeper: Account
  /** Adds a wallet whose key the signer can read. */
  addWallet(): Account
}

/**
 * Creates the ports of transactions/ on an in-memory chain with a random chain id, and a real
 * signer. The keeper has 1 ETH.
 */
export function aMoneyChain(
  more: Partial<Chain> & { readonly maxInFlight?: number; readonly endpointCount?: number } = {},
): MoneyChainOfTest {
  const { maxInFlight = 16, endpointCount = 1, ...rest } = more
  const keeper = anAccount()
  const fake = new FakeChain(randomInt(100_000, 2_000_000_000))
  fake.setBalance(keeper.address, ether)
  const chain = aChain({
    id: fake.chainId,
    gasKeeper: { address: keeper.address, alertBelowWei: ether / 2n, maxInFlight },
    ...rest,
  })
  const walletKeys: Record<Address, Hex[]> = {}
  const made: MoneyChainOfTest = {
    chain,
    state: fake,
    broadcaster: fake,
    endpointCount,
    fake,
    keeper,
    signer: createSigner({
      chain,
      keeperKeys: keySource({ [keeper.address]: [keeper.key] }),
      walletKeys: keySource(walletKeys),
      codec: createTransactionCodec(),
      transferGas: () => recordedTransferGas(made),
    }),
    addWallet() {
      const account = anAccount()
      walletKeys[account.address] = [account.key]
      return account
    },
  }
  return made
}
