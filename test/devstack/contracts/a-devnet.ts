import { type Address, createPublicClient, createWalletClient, type Hex, http } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type ContractName, readArtifact } from '../../../devstack/contracts/artifact.ts'
import { openRun } from '../../../devstack/run/run.ts'
import { startAnvil } from '../../../devstack/services/anvil.ts'
import { devnetChain } from '../../harness/devnet/devnet.ts'

/**
 * Starts a devnet with one funded account that deploys contracts and sends transactions. `close`
 * stops the devnet.
 */
export async function openDevnet() {
  const run = openRun()
  const anvil = await startAnvil(run)
  const chain = devnetChain(anvil)
  const account = mnemonicToAccount(anvil.mnemonic)
  const options = { chain, transport: http(anvil.url), pollingInterval: 20 }
  const reader = createPublicClient(options)
  const sender = createWalletClient({ ...options, account })
  const receiptOf = (hash: Hex) => reader.waitForTransactionReceipt({ hash })

  async function deploy(name: ContractName, ...args: unknown[]): Promise<Address> {
    const hash = await sender.deployContract({ ...readArtifact(name), args })
    const { contractAddress } = await receiptOf(hash)
    if (!contractAddress) throw new Error(`${name} was not deployed`)
    return contractAddress
  }

  async function send(
    name: ContractName,
    address: Address,
    functionName: string,
    ...args: unknown[]
  ) {
    const { abi } = readArtifact(name)
    // With a fixed gas limit, a reverting transaction is also mined and has a receipt.
    return receiptOf(
      await sender.writeContract({ abi, address, functionName, args, gas: 200_000n }),
    )
  }

  const pay = async (to: Address, value: bigint, gas: bigint) =>
    receiptOf(await sender.sendTransaction({ to, value, gas }))

  function read(name: ContractName, address: Address, functionName: string, ...args: unknown[]) {
    return reader.readContract({ abi: readArtifact(name).abi, address, functionName, args })
  }

  return { account, reader, sender, deploy, send, pay, read, close: () => run.close() }
}

export type Devnet = Awaited<ReturnType<typeof openDevnet>>
