import { createWalletClient, type Hex, http } from 'viem'
import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { type Devnet, devnetChain } from '../harness/devnet/devnet.ts'

/**
 * Delegates the new account of `key` to an address without code (EIP-7702). Plain payments to the
 * account still work, but geth's pool holds only one transaction of a delegated account at a time.
 * The account's nonce becomes 1.
 */
export async function delegate(devnet: Devnet, mnemonic: string, key: Hex): Promise<void> {
  const nobody = `0x${'0'.repeat(37)}bad` as const
  const authority = privateKeyToAccount(key)
  const authorization = await authority.signAuthorization({
    chainId: devnet.chainId,
    contractAddress: nobody,
    nonce: 0,
  })
  const account = mnemonicToAccount(mnemonic, { addressIndex: 2 })
  await devnet.pay(account.address, '1')
  const payer = createWalletClient({ chain: devnetChain(devnet), transport: http(), account })
  await payer.sendTransaction({ to: nobody, authorizationList: [authorization], gas: 200_000n })
}
