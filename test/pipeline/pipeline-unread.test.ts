import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import type { Token } from '../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../harness/proxies/fault-proxy.ts'
import type { Fault } from '../harness/proxies/faults.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Tests how scanner, worker and operator commands handle a transaction whose receipt the node does
 * not return.
 */
let d: OwnDeployment
let proxy: FaultProxy
let token: Token
let processes: readonly StartedProcess[]
const limit = 600_000
const five = 5n * 10n ** 18n
const order = ['--operator', 'ann', '--reason', 'looked it up', '--json']
const noReceipt: Fault = { kind: 'forge', change: () => null }

beforeAll(async () => {
  let made: FaultProxy | undefined
  d = await ownDeployment({
    anvil: { blockTimeSeconds: 0.25 },
    chain: { blockTimeMs: 250 },
    timers: { gasWaitSeconds: 2, waitRecheckSeconds: 1, leaseSeconds: 20 },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    rpc: async (anvilUrl) => {
      made = await faultProxy(anvilUrl)
      return [made.url]
    },
  })
  if (!made || !d.tokens[0]) throw new Error('the deployment has neither a proxy nor a token')
  proxy = made
  token = d.tokens[0]
  processes = [d.start('scanner'), d.start('worker')]
})
afterAll(async () => {
  await d?.close()
  await proxy?.close()
})

const reach = (hash: string, state: string) => reaches(d, hash, state, { processes })
const open = () => d.sql`select * from unread_transactions where answered_at is null`
const cli = async (...args: string[]) => {
  const { exitCode, stdout, stderr } = await d.cli(...args)
  return { exitCode, text: stdout + stderr, ...JSON.parse(stdout || '{}') }
}
/** Returns a filter that accepts only the sender's first transaction, so not a later sweep. */
const isFirstOf =
  (sender: string) =>
  ({ from = '', nonce }: Record<string, string>) =>
    from.toLowerCase() === sender && nonce === '0x0'
/**
 * Hides the receipts of the transactions that `isHidden` accepts. The scanner may request a receipt
 * before the test knows the transaction's hash, so the filter reads each transaction from the node.
 */
const hideReceipt = (isHidden: (transaction: Record<string, string>) => boolean) =>
  proxy.fault('eth_getTransactionReceipt', noReceipt, {
    when: async ({ params }) => {
      const found = await d.devnet.request('eth_getTransactionByHash', [params[0]])
      return found !== null && isHidden(found as Record<string, string>)
    },
  })

test(
  'a deposit without a receipt is unread, delays no other deposit, and is done once the receipt exists',
  async () => {
    const { address } = await d.addWallet()
    const heal = hideReceipt(({ input = '' }) => input.includes(address.slice(2).toLowerCase()))
    const hidden = await d.devnet.payToken(token, address, five)
    await eventually(open, (rows) => rows.length === 1)
    const { address: other } = await d.addWallet()
    await reach(await d.devnet.payToken(token, other, 2n * five), 'done')
    expect(await rowsOf(d, hidden)).toEqual([])
    expect(await cli('unread', 'list', '--json')).toMatchObject({
      exitCode: 0,
      data: [
        {
          transactions: [{ txHash: hidden, why: 'the node has no receipt of it' }],
          blocks: null,
        },
      ],
    })
    const books = await cli('reconcile', '--json')
    expect(books.text).toContain(hidden)
    heal()
    await cli('unread', 'retry', hidden, ...order)
    await reach(hidden, 'done')
    expect(await open()).toEqual([])
    expect(await d.devnet.tokenOf(token, d.coldWallet)).toBe(3n * five)
  },
  limit,
)

test(
  'an external transaction without a receipt closes the wallet’s lane until an operator runs `unread answer`',
  async () => {
    const { address } = await d.addWallet()
    const wallet = address.toLowerCase()
    await d.devnet.setEther(address, 3)
    const thief = privateKeyToAccount(`0x${'7'.repeat(64)}`).address
    const heal = hideReceipt(isFirstOf(wallet))
    await d.devnet.request('anvil_impersonateAccount', [address])
    const stolen = (await d.devnet.request('eth_sendTransaction', [
      { from: address, to: thief, value: '0x16345785d8a0000' },
    ])) as string
    await eventually(open, (rows) => rows.length === 1)
    expect(await open()).toMatchObject([{ tx_hash: stolen, sender: wallet, closes_lane: true }])

    const paid = await d.devnet.payToken(token, address, five)
    const { id, detail } = await reach(paid, 'needs-attention(lane-behind)')
    expect(detail).toBe(
      `the transaction ${stolen} of this address cannot be read yet: see "coldsweep recover"`,
    )
    const signed = () => d.sql`
      select 1 from transactions t join sweeps s on s.id = t.sweep_id where s.wallet = ${wallet}`
    expect(await signed()).toEqual([])
    const refused = await cli('recover', ...order)
    expect(refused.exitCode).toBe(3)
    expect(refused.text).toContain(`coldsweep unread answer ${stolen}`)
    expect(await signed()).toEqual([])

    expect(await cli('unread', 'answer', stolen, ...order)).toMatchObject({
      exitCode: 0,
      data: { answered: true, lanesOpened: [address] },
    })
    expect((await cli('retry', id, ...order)).exitCode).toBe(0)
    await reach(paid, 'done')
    heal()
  },
  limit,
)

test(
  'recover adopts a wallet’s external transaction whose receipt comes late, and the deposit is done',
  async () => {
    const { address } = await d.addWallet()
    const wallet = address.toLowerCase()
    await d.devnet.setEther(address, 3)
    const heal = hideReceipt(isFirstOf(wallet))
    await d.devnet.request('anvil_impersonateAccount', [address])
    const stolen = (await d.devnet.request('eth_sendTransaction', [
      { from: address, to: `0x${'9'.repeat(40)}`, value: '0x16345785d8a0000' },
    ])) as string
    await eventually(open, (rows) => rows.length === 1)
    const paid = await d.devnet.payToken(token, address, five)
    await reach(paid, 'needs-attention(lane-behind)')
    heal()
    await cli('unread', 'retry', stolen, ...order)
    await eventually(open, (rows) => rows.length === 0)
    const [lane] = await d.sql`select closed_reason from lanes where sender = ${wallet}`
    expect(lane?.['closed_reason']).toBe('a transaction of this address is not ours')
    const recovered = await eventually(
      () => cli('recover', ...order),
      ({ exitCode }) => exitCode === 0,
    )
    expect(recovered.text).toContain(stolen)
    await reach(paid, 'done')
  },
  limit,
)

test.each<[string, Fault, string]>([
  ['null', noReceipt, 'and no node shows a receipt of 0x'],
  ['HTTP 504', { kind: 'http', status: 504 }, 'and the receipt cannot be read: '],
])(
  'a sweep whose receipt is %s stays confirming-sweep with a detail, and is done once the receipt exists',
  async (_, fault, reason) => {
    const { address } = await d.addWallet()
    const wallet = address.toLowerCase()
    const heal = proxy.fault('eth_getTransactionReceipt', fault, {
      when: async ({ params }) => {
        const [row] = await d.sql`
          select 1 from attempts a join transactions t on t.key = a.transaction_key
          where t.sender = ${wallet} and a.hash = ${String(params[0])}`
        return row !== undefined
      },
    })
    const paid = await d.devnet.payToken(token, address, five)
    const seen = await eventually(
      async () => (await rowsOf(d, paid))[0],
      (row) => row?.state === 'confirming-sweep' && row.detail !== '',
    )
    expect(seen?.detail).toContain(reason)
    const { address: other } = await d.addWallet()
    await reach(await d.devnet.payToken(token, other, five), 'done')
    expect(await rowsOf(d, paid)).toMatchObject([{ state: 'confirming-sweep' }])
    heal()
    await reach(paid, 'done')
    const [sweeps] = await d.sql`
      select count(*)::int as n from transactions where sender = ${wallet}`
    expect(sweeps).toMatchObject({ n: 1 })
  },
  limit,
)
