import { createWalletClient, encodeFunctionData, type Hex, http } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { devnetChain } from '../../harness/devnet/devnet.ts'
import { drawAddress } from '../../harness/factories/seed-rows.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type ExplainBench, explainBench, unit } from '../../harness/worlds/explain-bench.ts'

let b: ExplainBench
let poor: string
beforeAll(async () => {
  b = await explainBench()
  const accounts = (await b.world.devnet.request('eth_accounts')) as string[]
  // This account holds no USDT.
  poor = accounts[1] ?? ''
})
afterAll(() => b?.close())

const transferOf = (to: string, amount: bigint) =>
  encodeFunctionData({ abi: b.usdt.abi, functionName: 'transfer', args: [to, amount] })

async function send(transaction: {
  readonly to?: string
  readonly data?: Hex
  readonly gas?: string
  readonly value?: string
}): Promise<string> {
  const sent = [{ from: poor, gas: '0x186a0', ...transaction }]
  const hash = String(await b.world.devnet.request('eth_sendTransaction', sent))
  await b.world.receipt(hash)
  return hash
}

/** Returns the text that `explain` prints without `--json`. */
const shown = async (hash: string) => (await runCli(['explain', hash], b.cli.env)).stdout

describe('explain <txHash> of a failed transaction', () => {
  it('names token, amount and recipient of the reverted transfer, and that nothing moved', async () => {
    const to = await b.world.wallet()
    const hash = await send({ to: b.usdt.address, data: transferOf(to, 5n * unit) })
    const { status, transfers } = await b.chainOf(hash)
    expect(status).toBe('failed')
    expect(transfers).toHaveLength(1)
    expect(transfers[0]).toMatchObject({
      cause: 'failed',
      asset: 'USDT',
      text: '5 USDT',
      amount: (5n * unit).toString(),
      position: 'call',
    })
    expect(transfers[0]?.to?.toLowerCase()).toBe(to)
    expect(transfers[0]?.why).toMatch(/nothing moved/)
    expect(transfers[0]?.why).toMatch(/used \d+ of 100000 gas/)
    const text = await shown(hash)
    expect(text).toContain('5 USDT from')
    expect(text).not.toContain('0 ETH')
  })

  it('names holder and recipient of a reverted transferFrom', async () => {
    const [holder, to] = [drawAddress(), await b.world.wallet()]
    const args = [holder, to, 2n * unit]
    const data = encodeFunctionData({ abi: b.usdt.abi, functionName: 'transferFrom', args })
    const { transfers } = await b.chainOf(await send({ to: b.usdt.address, data }))
    expect(transfers[0]).toMatchObject({ cause: 'failed', text: '2 USDT' })
    expect([transfers[0]?.from.toLowerCase(), transfers[0]?.to?.toLowerCase()]).toEqual([
      holder.toLowerCase(),
      to,
    ])
  })

  it('says that it ran out of gas, with the limit', async () => {
    const data = transferOf(await b.world.wallet(), 1n)
    const hash = await send({ to: b.usdt.address, data, gas: '0x5b04' })
    const [transfer] = (await b.chainOf(hash)).transfers
    expect(transfer?.why).toContain('all 23300 gas of its limit')
    expect(transfer?.why).toContain('out of gas')
  })

  it('names contract and function of a call that is no transfer', async () => {
    const { transfers } = await b.chainOf(await send({ to: b.usdt.address, data: '0xdeadbeef' }))
    expect(transfers[0]).toMatchObject({ cause: 'failed', amount: '0' })
    expect(transfers[0]?.text).toBe('a call of function 0xdeadbeef')
    expect(transfers[0]?.why).toContain('nothing moved')
  })

  it('names the value of a reverted payment, and a failed contract creation', async () => {
    const paid = await b.chainOf(await send({ to: b.usdt.address, value: '0xde0b6b3a7640000' }))
    expect(paid.transfers[0]).toMatchObject({ cause: 'failed', text: '1 ETH' })
    // INVALID
    const created = await b.chainOf(await send({ data: '0xfe' }))
    expect(created.transfers[0]).toMatchObject({ cause: 'failed', to: null })
    expect(created.transfers[0]?.text).toBe('a contract creation')
  })
})

describe('explain <txHash> of a successful transaction', () => {
  it('says that a call moved nothing, and names its function', async () => {
    const args = [drawAddress(), 1n]
    const data = encodeFunctionData({ abi: b.usdt.abi, functionName: 'approve', args })
    const { transfers } = await b.chainOf(await send({ to: b.usdt.address, data }))
    expect(transfers[0]).toMatchObject({ cause: 'zero', text: 'a call of function 0x095ea7b3' })
    expect(transfers[0]?.why).toContain('logged no transfer')
  })

  it('names the transfer that a token was asked for and did not log', async () => {
    const token = await b.world.token('pausable-false-token', 'FALSE')
    await b.world.devnet.call(token, 'mint', [poor, 9n * unit])
    await b.world.devnet.call(token, 'setPaused', [true])
    const to = await b.world.wallet()
    const { transfers } = await b.chainOf(
      await send({ to: token.address, data: transferOf(to, 3n * unit) }),
    )
    expect(transfers[0]).toMatchObject({ cause: 'zero', position: 'call' })
    expect(transfers[0]?.text).toContain('3 FALSE')
    expect(transfers[0]?.why).toContain('logged no transfer')
  })

  it('says that a contract creation pays nobody', async () => {
    // RETURN of no code
    const { transfers } = await b.chainOf(await send({ data: '0x60006000f3' }))
    expect(transfers[0]).toMatchObject({ cause: 'no-receiver', text: 'a contract creation' })
  })

  it('credits a payment that sets code for its sender (EIP-7702)', async () => {
    const { devnet, anvil } = b.world
    const account = mnemonicToAccount(anvil.mnemonic, { addressIndex: 2 })
    const chain = devnetChain(devnet)
    const wallet = createWalletClient({ account, chain, transport: http() })
    const authorization = await wallet.signAuthorization({
      contractAddress: b.usdt.address,
      executor: 'self',
    })
    const hash = await wallet.sendTransaction({
      to: (await b.world.wallet()) as Hex,
      value: unit / 4n,
      authorizationList: [authorization],
    })
    await b.world.receipt(hash)
    await b.world.mine(3)
    await b.world.deposit(hash, 'waiting')
    const { transfers } = await b.chainOf(hash)
    expect(transfers[0]).toMatchObject({ cause: 'waiting', text: '0.25 ETH' })
  })
})

describe('explain <txHash> of a transaction in the pool', () => {
  it('names the transfer that it asks for', async () => {
    const { devnet } = b.world
    await devnet.request('evm_setAutomine', [false])
    try {
      const data = transferOf(await b.world.wallet(), 4n * unit)
      const sent = [{ from: poor, to: b.usdt.address, data, gas: '0x186a0' }]
      const hash = String(await devnet.request('eth_sendTransaction', sent))
      const { status, answers } = await b.chainOf(hash)
      expect([status, answers[0]?.cause]).toEqual(['pending', 'pending'])
      expect(answers[0]?.why).toContain('4 USDT')
    } finally {
      await devnet.request('evm_setAutomine', [true])
      await b.world.mine()
    }
  })
})

describe('explain <txHash> --chain', () => {
  it('names the configured chains that were not asked', async () => {
    const { chainId } = b.world.anvil
    b.cli.configure(b.yaml, { ...b.yaml, id: chainId + 1, name: 'elsewhere' })
    try {
      const args = ['explain', `0x${'ab'.repeat(32)}`, '--chain', String(chainId), '--json']
      const { code, ...answer } = await runCli(args, b.cli.env)
      const [error] = answer.envelope().errors
      expect([code, error?.code]).toEqual([1, 'not-found'])
      expect(error?.message).toContain('is not on devnet')
      expect(error?.hint).toContain('elsewhere')
      expect(error?.hint).toContain('without --chain')
    } finally {
      b.cli.configure(b.yaml)
    }
  })
})
