import { createPublicClient, createWalletClient, http, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createChainHistory } from '../../../adapters/viem/chain-history.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import type { Hash } from '../../../domain/address.ts'
import { devnetChain, openDevnet } from '../../harness/devnet/devnet.ts'
import { ownAnvil } from '../../harness/devnet/own-anvil.ts'

let anvil: Awaited<ReturnType<typeof ownAnvil>>
beforeAll(async () => {
  anvil = await ownAnvil()
})
afterAll(() => anvil?.stop())

it('mined returns a mined transaction with facts of its receipt, and whether it sets code (EIP-7702)', async () => {
  const account = privateKeyToAccount(generatePrivateKey())
  await openDevnet(anvil).setEther(account.address, 1)
  const chain = devnetChain(anvil)
  const transport = http(anvil.url)
  const client = createWalletClient({ account, chain, transport })
  const receiptOf = (hash: Hash) =>
    createPublicClient({ chain, transport }).waitForTransactionReceipt({ hash })
  const to = account.address
  const plain = await client.sendTransaction({ to, value: parseEther('0.1') })
  await receiptOf(plain)
  const authorization = await client.signAuthorization({ contractAddress: to, executor: 'self' })
  const delegating = await client.sendTransaction({
    to,
    value: 0n,
    gas: 200_000n,
    authorizationList: [authorization],
  })
  await receiptOf(delegating)
  const history = createChainHistory(
    createChainNodes({ chainId: anvil.chainId, urls: [anvil.url] }),
  )
  const from = account.address.toLowerCase()
  expect(await history.mined(plain)).toMatchObject({
    from,
    to: from,
    nonce: 0n,
    valueWei: parseEther('0.1'),
    ok: true,
    authorizes: false,
  })
  expect(await history.mined(delegating)).toMatchObject({ nonce: 1n, authorizes: true })
  expect(await history.mined(`0x${'00'.repeat(32)}`)).toBeUndefined()
})
