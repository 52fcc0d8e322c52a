import { encodeFunctionData, parseEther, toEventSelector } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ContractName, readArtifact } from '../../../devstack/contracts/artifact.ts'
import { type Devnet, openDevnet } from './a-devnet.ts'

const holder = '0x1111111111111111111111111111111111111111'
const other = '0x2222222222222222222222222222222222222222'
const transferTopic = toEventSelector('Transfer(address,address,uint256)')

let devnet: Devnet
beforeAll(async () => {
  devnet = await openDevnet()
})
afterAll(async () => {
  await devnet.close()
})

/** Deploys a token of 6 decimals and mints 1,000 units to the account of the tests. */
async function aToken(name: ContractName, ...more: unknown[]) {
  const token = await devnet.deploy(name, 'Test Token', 'TEST', 6, ...more)
  await devnet.send(name, token, 'mint', devnet.account.address, 1_000n)
  const balanceOf = (address: string) => devnet.read(name, token, 'balanceOf', address)
  const transfer = (to: string, amount: bigint) => devnet.send(name, token, 'transfer', to, amount)
  /** Simulates a transfer and returns the raw return data. */
  async function answer(to: string, amount: bigint) {
    const { abi } = readArtifact(name)
    const data = encodeFunctionData({ abi, functionName: 'transfer', args: [to, amount] })
    const { data: returned } = await devnet.reader.call({
      account: devnet.account,
      to: token,
      data,
    })
    return returned ?? '0x'
  }
  return { token, balanceOf, transfer, answer }
}

test('a plain token has the symbol and decimals of its constructor, and its transfer returns true', async () => {
  const { token, balanceOf, transfer, answer } = await aToken('plain-token')
  expect(await devnet.read('plain-token', token, 'symbol')).toBe('TEST')
  expect(await devnet.read('plain-token', token, 'decimals')).toBe(6)
  expect(BigInt(await answer(holder, 1n))).toBe(1n)
  const receipt = await transfer(holder, 400n)
  expect(receipt.logs[0]?.topics[0]).toBe(transferTopic)
  expect(await balanceOf(holder)).toBe(400n)
})

test('a transfer above the balance reverts', async () => {
  const { transfer } = await aToken('plain-token')
  expect((await transfer(holder, 1_001n)).status).toBe('reverted')
})

test('a burn-mint token moves the amount and logs a burn and a mint instead of a direct transfer', async () => {
  const { balanceOf, transfer } = await aToken('burn-mint-token')
  const { logs } = await transfer(holder, 400n)
  expect(await balanceOf(holder)).toBe(400n)
  const nobody = `0x${'0'.repeat(64)}`
  expect(logs.map(({ topics }) => [topics[1] === nobody, topics[2] === nobody])).toEqual([
    [false, true],
    [true, false],
  ])
})

test('transferFrom spends the allowance and reverts above it', async () => {
  const { token, balanceOf } = await aToken('plain-token')
  const me = devnet.account.address
  await devnet.send('plain-token', token, 'approve', me, 10n)
  await devnet.send('plain-token', token, 'transferFrom', me, holder, 10n)
  const more = await devnet.send('plain-token', token, 'transferFrom', me, holder, 1n)
  expect(more.status).toBe('reverted')
  expect(await balanceOf(holder)).toBe(10n)
})

test('a silent token moves the amount and returns no data', async () => {
  const { balanceOf, transfer, answer } = await aToken('silent-token')
  expect(await answer(holder, 1n)).toBe('0x')
  await transfer(holder, 400n)
  expect(await balanceOf(holder)).toBe(400n)
})

test('a transfer of a paused token returns false with status 1, moves nothing and logs nothing', async () => {
  const name = 'pausable-false-token'
  const { token, balanceOf, transfer, answer } = await aToken(name)
  await devnet.send(name, token, 'setPaused', true)
  expect(BigInt(await answer(holder, 1n))).toBe(0n)
  const receipt = await transfer(holder, 400n)
  expect([receipt.status, receipt.logs, await balanceOf(holder)]).toEqual(['success', [], 0n])
  await devnet.send(name, token, 'setPaused', false)
  await transfer(holder, 400n)
  expect(await balanceOf(holder)).toBe(400n)
})

test('setPaused rejects a caller that is not the owner', async () => {
  const token = await devnet.deploy('pausable-false-token', 'Test', 'TEST', 6)
  const { abi } = readArtifact('pausable-false-token')
  const call = { abi, address: token, functionName: 'setPaused', args: [true] } as const
  await expect(devnet.reader.simulateContract({ ...call, account: other })).rejects.toThrow(
    'NotOwner',
  )
})

test('a fee token delivers the amount minus its fee, and logs the fee and the delivered amount', async () => {
  const { balanceOf, transfer } = await aToken('fee-token', 250n)
  const receipt = await transfer(holder, 400n)
  expect(await balanceOf(holder)).toBe(390n)
  expect(receipt.logs.map(({ data }) => BigInt(data))).toEqual([10n, 390n])
})

test('transfers from or to a blacklisted holder revert until the holder leaves the blacklist', async () => {
  const name = 'blacklist-token'
  const { token, balanceOf, transfer } = await aToken(name)
  await devnet.send(name, token, 'setBlacklisted', holder, true)
  expect((await transfer(holder, 1n)).status).toBe('reverted')
  await devnet.send(name, token, 'setBlacklisted', devnet.account.address, true)
  expect((await transfer(other, 1n)).status).toBe('reverted')
  await devnet.send(name, token, 'setBlacklisted', devnet.account.address, false)
  await transfer(other, 1n)
  expect(await balanceOf(other)).toBe(1n)
})

test('a payment to a Safe-like receiver reverts with 21,000 gas and succeeds with more (MONEY 9)', async () => {
  const safe = await devnet.deploy('safe-like-receiver')
  expect((await devnet.pay(safe, parseEther('1'), 21_000n)).status).toBe('reverted')
  const paid = await devnet.pay(safe, parseEther('1'), 60_000n)
  expect([paid.status, paid.gasUsed > 21_000n]).toEqual(['success', true])
  expect(await devnet.reader.getBalance({ address: safe })).toBe(parseEther('1'))
})

test('a forwarder pays in an internal call, and the transaction names only the forwarder', async () => {
  const forwarder = await devnet.deploy('forwarder')
  const { abi } = readArtifact('forwarder')
  const data = encodeFunctionData({ abi, functionName: 'pay', args: [other] })
  const hash = await devnet.sender.sendTransaction({ to: forwarder, data, value: 7n })
  const receipt = await devnet.reader.waitForTransactionReceipt({ hash })
  expect(receipt.to).toBe(forwarder)
  expect(await devnet.reader.getBalance({ address: other })).toBe(7n)
})

test.each([
  ['emitIndexedValue', 4, 0],
  ['emitUnindexed', 1, 96],
  ['emitLongData', 3, 64],
  ['emitNoData', 3, 0],
  ['emitTransfer', 3, 32],
])(
  '%s emits a log of the Transfer event with %i topics and %i bytes of data',
  async (verb, topics, bytes) => {
    const impostor = await devnet.deploy('impostor-emitter')
    const args = verb === 'emitNoData' ? [holder, other] : [holder, other, 5n]
    const { logs } = await devnet.send('impostor-emitter', impostor, verb, ...args)
    expect(logs).toHaveLength(1)
    expect(logs[0]?.topics[0]).toBe(transferTopic)
    expect(logs[0]?.topics).toHaveLength(topics)
    expect(((logs[0]?.data.length ?? 0) - 2) / 2).toBe(bytes)
  },
)
