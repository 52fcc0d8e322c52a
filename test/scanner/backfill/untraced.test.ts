import { encodeFunctionData } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import type { Fault } from '../../harness/proxies/faults.ts'
import { makeUnreadDue } from '../../harness/services/unread-due.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/** Tests that a block's trace that omits or invents transactions does not stop the scan. */
let world: ScanWorld
let first: FaultProxy
let second: FaultProxy
let payer: Token
let wallet: Address
beforeAll(async () => {
  world = await scanWorld()
  first = await faultProxy(world.anvil.url)
  second = await faultProxy(world.anvil.url)
  wallet = await world.wallet()
  payer = await world.deploy('internal-payer', [])
  await world.mine(3)
  const { anvil, coldWallet, keeper } = world
  const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, internalTransfers: 'trace' })
  world.scan({ chain, rpcUrls: [first.url, second.url] })
  await world.caughtUp()
})
const lacks = { kind: 'error', code: -32601, message: 'the method does not exist' } as const
/** Makes both endpoints behave like geth, which has no Parity trace methods. */
beforeEach(() => {
  for (const method of ['trace_block', 'trace_transaction']) both(method, lacks)
})
afterEach(() => {
  first.heal()
  second.heal()
})
afterAll(async () => {
  await world?.close()
  await first?.close()
  await second?.close()
})

/** Pays 100 wei through a contract. */
async function payDeep(to = wallet): Promise<Hash> {
  const [from] = (await world.devnet.request('eth_accounts')) as string[]
  const data = encodeFunctionData({ abi: payer.abi, functionName: 'payDeep', args: [to] })
  const transaction = { from, to: payer.address, data, value: '0x64', gas: '0x7a120' }
  return (await world.devnet.request('eth_sendTransaction', [transaction])) as Hash
}
const open = () => world.sql`select * from unread_transactions where answered_at is null`
const dueNow = () => makeUnreadDue(world.sql)
const both = (method: string, fault: Fault, when?: (params: readonly unknown[]) => boolean) => {
  for (const proxy of [first, second]) {
    proxy.fault(method, fault, when ? { when: ({ params }) => when(params) } : {})
  }
}
/** Makes the block's trace omit the transactions that `isBad` accepts. */
const leavesOut = (isBad: (hash: unknown) => boolean) =>
  both('debug_traceBlockByHash', {
    kind: 'forge',
    change: (frames) => (frames as { txHash: string }[]).filter(({ txHash }) => !isBad(txHash)),
  })
const cannotTraceAlone = (isBad: (hash: unknown) => boolean) =>
  both(
    'debug_traceTransaction',
    { kind: 'error', code: -32000, message: 'transaction not found' },
    ([hash]) => isBad(hash),
  )

it('traces a transaction alone if the block’s trace omits it', async () => {
  leavesOut(() => true)
  const hash = await payDeep()
  await world.mine(3)
  await world.deposit(hash, 'waiting', 'native-0.0')
  expect(await open()).toEqual([])
})

it('ignores transactions in the block’s trace that the block does not list', async () => {
  both('debug_traceBlockByHash', {
    kind: 'forge',
    change: (frames) => [
      ...(frames as object[]).map((frame) => ({ ...frame, txHash: `0x${'9'.repeat(64)}` })),
      ...(frames as object[]),
    ],
  })
  const hash = await payDeep()
  await world.mine(3)
  await world.deposit(hash, 'waiting', 'native-0.0')
  expect((await world.deposits()).filter(({ id }) => id.includes('9'.repeat(64)))).toEqual([])
  expect(await open()).toEqual([])
})

it('keeps an unread row for an untraceable transaction until a node traces it, and credits later transactions meanwhile', async () => {
  let bad = ''
  // Every transaction counts as bad until the test knows the hash of the bad transaction.
  const isBad = (hash: unknown) => bad === '' || hash === bad
  leavesOut(isBad)
  cannotTraceAlone(isBad)
  bad = await payDeep()
  await eventually(open, (rows) => rows.length === 1 && rows[0]?.['tx_hash'] === bad)
  const [row] = await open()
  expect(row?.['why']).toContain(`the trace of ${bad} can’t be read: the node answered "tr`)
  const good = await payDeep()
  await world.mine(3)
  await world.deposit(good, 'waiting', 'native-0.0')
  const isOfBad = ({ id }: { readonly id: string }) => id.includes(bad)
  expect((await world.deposits()).filter(isOfBad)).toEqual([])
  // An endpoint without a tracer leaves the row unread. The test does not heal the earlier faults
  // first, because a retry without faults would credit the transaction.
  for (const method of ['debug_traceBlockByHash', 'trace_block']) both(method, lacks)
  await dueNow()
  await eventually(open, (rows) => rows[0]?.['why'] === 'the endpoint has no tracer')
  first.heal()
  second.heal()
  await dueNow()
  await world.deposit(bad as Hash, 'waiting', 'native-0.0')
  expect(await open()).toEqual([])
  expect((await world.deposits()).filter(isOfBad)).toHaveLength(1)
})

it('traces each transaction alone if the tracer refuses the block', async () => {
  both('debug_traceBlockByHash', {
    kind: 'error',
    code: -32000,
    message: 'insufficient funds for gas * price + value',
  })
  const hash = await payDeep()
  await world.mine(3)
  await world.deposit(hash, 'waiting', 'native-0.0')
  expect(await open()).toEqual([])
})

it('credits a payment although the traces of earlier transactions in its block hang', async () => {
  const { request } = world.devnet
  const top = new Set<unknown>()
  both('debug_traceBlockByHash', { kind: 'error', code: -32000, message: 'execution timeout' })
  both('debug_traceTransaction', { kind: 'hang' }, ([hash]) => top.has(hash))
  await request('evm_setAutomine', [false])
  const stranger = await world.wallet({ unlisted: true })
  // Two hanging traces already use up the time limit of a block.
  for (let n = 0; n < 3; n += 1) top.add(await payDeep(stranger))
  const hash = await payDeep()
  await world.mine(3)
  await request('evm_setAutomine', [true])
  // The test makes each retry due at once. A retry begins with the transactions whose traces have
  // not hung before.
  await eventually(
    async () => {
      await dueNow()
      return (await world.deposits()).map(({ id }) => id)
    },
    (ids) => ids.some((id) => id.includes(hash)),
  )
  await world.deposit(hash, 'waiting', 'native-0.0')
  first.heal()
  second.heal()
  await dueNow()
  await eventually(open, (rows) => rows.length === 0)
})
