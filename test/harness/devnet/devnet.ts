import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  getAddress,
  type Hash,
  http,
  parseEther,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type ContractName, readArtifact } from '../../../devstack/contracts/artifact.ts'

export interface Token {
  readonly address: Address
  readonly symbol: string
  readonly decimals: number
  readonly abi: Abi
}

/** A devnet with a funded payer account, and with tokens that anybody can mint. */
export interface Devnet {
  readonly url: string
  readonly chainId: number
  setEther(address: Address, ether: number): Promise<void>
  etherOf(address: Address): Promise<bigint>
  tokenOf(token: Token, address: Address): Promise<bigint>
  /** Makes a plain transfer from the payer. Resolves when the transfer is mined. */
  pay(to: Address, ether: string): Promise<Hash>
  payWei(to: Address, wei: bigint): Promise<Hash>
  /** @param more constructor arguments after name, symbol and decimals */
  deployToken(
    contract: ContractName,
    symbol: string,
    decimals: number,
    ...more: readonly unknown[]
  ): Promise<Token>
  /**
   * Mints tokens to the payer and then transfers them, because a deposit is a transfer. Resolves
   * when the transfer is mined.
   */
  payToken(token: Token, to: Address, amount: bigint): Promise<Hash>
  /** Sends one transfer for each part without waiting. Resolves when all are mined. */
  payTokenToMany(
    token: Token,
    parts: readonly { readonly to: Address; readonly amount: bigint }[],
  ): Promise<readonly Hash[]>
  /** Pays ETH and tokens to one wallet in the same block. */
  payBoth(to: Address, ether: string, token: Token, amount: bigint): Promise<readonly [Hash, Hash]>
  /** Deploys a contract whose constructor has no parameters. */
  deployContract(contract: ContractName): Promise<Pick<Token, 'address' | 'abi'>>
  /** @param value in wei */
  call(
    contract: Pick<Token, 'address' | 'abi'>,
    functionName: string,
    args: readonly unknown[],
    value?: bigint,
  ): Promise<Hash>
  request(method: string, params?: readonly unknown[]): Promise<unknown>
}

/** Describes the devnet as a chain for viem's clients. */
export const devnetChain = ({ url, chainId }: { readonly url: string; readonly chainId: number }) =>
  defineChain({
    id: chainId,
    name: 'devnet',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })

/**
 * Creates the client of a running node. The payer sends its transactions one after another, so that
 * their nonces are consecutive.
 */
export function openDevnet(anvil: {
  url: string
  chainId: number
  mnemonic: string
  /** Whether the chain is pre-London, so that the payer sends legacy transactions. */
  legacy?: boolean
}): Devnet {
  const chain = devnetChain(anvil)
  const account = mnemonicToAccount(anvil.mnemonic)
  // No retries: with viem's default (10 s, three retries), a slow node would get a transaction or a
  // request to mine a second time.
  const transport = http(undefined, { timeout: 120_000, retryCount: 0 })
  const node = createPublicClient({ chain, transport, pollingInterval: 50, cacheTime: 0 })
  const payer = createWalletClient({ chain, transport, account })
  const kind = anvil.legacy ? ({ gasPrice: 2_000_000_000n } as const) : {}
  let last: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
  const mined = async (hash: Hash) => {
    await node.waitForTransactionReceipt({ hash })
    return hash
  }
  const call: Devnet['call'] = ({ address, abi }, functionName, args, value) =>
    inTurn(async () => {
      const carries = value === undefined ? {} : { value }
      return mined(
        await payer.writeContract({ ...kind, ...carries, address, abi, functionName, args }),
      )
    })
  const deploy = (contract: ContractName, args: readonly unknown[]) =>
    inTurn(async () => {
      const { abi, bytecode } = readArtifact(contract)
      const hash = await payer.deployContract({ ...kind, abi, bytecode, args })
      const { contractAddress } = await node.waitForTransactionReceipt({ hash })
      if (!contractAddress) throw new Error(`${contract} was not deployed`)
      return { address: getAddress(contractAddress), abi }
    })
  const payWei = (to: Address, value: bigint) =>
    inTurn(async () => mined(await payer.sendTransaction({ ...kind, to, value })))
  const request = (method: string, params: readonly unknown[] = []) =>
    node.request({ method, params } as never) as Promise<unknown>

  return {
    url: anvil.url,
    chainId: anvil.chainId,
    async setEther(address, ether) {
      await request('anvil_setBalance', [address, `0x${parseEther(String(ether)).toString(16)}`])
    },
    etherOf: (address) => node.getBalance({ address }),
    tokenOf: async (token, address) =>
      (await node.readContract({
        address: token.address,
        abi: token.abi,
        functionName: 'balanceOf',
        args: [address],
      })) as bigint,
    pay: (to, ether) => payWei(to, parseEther(ether)),
    payWei,
    deployToken: async (contract, symbol, decimals, ...more) => ({
      ...(await deploy(contract, [symbol, symbol, decimals, ...more])),
      symbol,
      decimals,
    }),
    deployContract: (contract) => deploy(contract, []),
    async payBoth(to, ether, token, amount) {
      await call(token, 'mint', [account.address, amount])
      return await inTurn(async () => {
        await request('anvil_setIntervalMining', [0])
        const coin = await payer.sendTransaction({ to, value: parseEther(ether) })
        const { address, abi } = token
        const args = [to, amount]
        const nonce = await node.getTransactionCount({
          address: account.address,
          blockTag: 'pending',
        })
        const tokens = await payer.writeContract({
          address,
          abi,
          functionName: 'transfer',
          args,
          nonce,
        })
        await request('evm_mine')
        await request('anvil_setIntervalMining', [1])
        return [await mined(coin), await mined(tokens)] as const
      })
    },
    async payTokenToMany(token, parts) {
      await call(token, 'mint', [account.address, parts.reduce((sum, p) => sum + p.amount, 0n)])
      return await inTurn(async () => {
        const hashes: Hash[] = []
        for (const { to, amount } of parts) {
          const { address, abi } = token
          const data = encodeFunctionData({ abi, functionName: 'transfer', args: [to, amount] })
          // The node signs and assigns consecutive nonces, so no nonce is requested.
          const sent = await request('eth_sendTransaction', [
            { from: account.address, to: address, data, gas: '0x186a0' },
          ])
          hashes.push(sent as Hash)
        }
        return await Promise.all(hashes.map(mined))
      })
    },
    async payToken(token, to, amount) {
      await call(token, 'mint', [account.address, amount])
      return await call(token, 'transfer', [to, amount])
    },
    call,
    request,
  }
}
