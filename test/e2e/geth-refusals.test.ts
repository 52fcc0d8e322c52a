import { type Hex, keccak256 } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRun, type Run, type StartedProcess } from '../../devstack/run/run.ts'
import { blockGasLimit, startGeth } from '../../devstack/services/geth.ts'
import { findGeth, howToInstallGeth } from '../../devstack/tools/geth-binary.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'
import { delegate } from './delegate.ts'
import { fillBlocks } from './full-blocks.ts'

/**
 * geth returns a hash for some transactions that its pool refuses, because its tracker of local
 * transactions retries them later. This test sends a second transaction of a delegated account: the
 * pool holds one transaction of such an account at a time.
 */
/**
 * geth suggests the tip that the last full blocks paid. If that suggestion were more than twice the
 * allowed tip, the sweep would be waiting(gas-price) instead of waiting(send-refused).
 */
const tipGwei = { allowed: 3, ofTheStranger: 5 }

let run: Run
let d: OwnDeployment | undefined
let mnemonic = ''
let processes: readonly StartedProcess[] = []

const world = () => {
  if (!d) throw new Error('there is no geth')
  return d
}

// The first run on a machine builds geth, which takes minutes.
beforeAll(async () => {
  run = openRun()
  const binary = await findGeth(run)
  if (!binary) return
  d = await ownDeployment({
    node: async (own) => {
      const geth = await startGeth(own, binary.path)
      mnemonic = geth.mnemonic
      return geth
    },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { waitRecheckSeconds: 1, gasWaitSeconds: 1, leaseSeconds: 10 },
    chain: {
      gas: { maxFeeGwei: 200, maxPriorityFeeGwei: tipGwei.allowed, bumpAfterBlocks: 1000 },
    },
  })
  const { devnet, env, keeper } = d
  await devnet.pay(keeper, '5')
  await delegate(devnet, mnemonic, env['GAS_KEEPER_PRIVATE_KEY'] as Hex)
  const isDelegated = (code: unknown) => String(code).startsWith('0xef0100')
  await eventually(() => devnet.request('eth_getCode', [keeper, 'latest']), isDelegated)
  processes = [d.start('scanner'), d.start('worker')]
}, 1_500_000)

beforeEach(({ skip }) => skip(d === undefined, `no geth: ${howToInstallGeth}`))

afterAll(async () => {
  await d?.close()
  await run.close()
})

test('a deposit is waiting(send-refused) while geth silently refuses its transaction, and is done once the pool accepts it', async () => {
  const { devnet, tokens, sql, coldWallet } = world()
  const [token] = tokens
  if (!token) throw new Error('no token')
  const five = 5n * 10n ** 18n
  const wallets = [
    await world().addWallet({ unlisted: true }),
    await world().addWallet({ unlisted: true }),
  ] as const
  const hashes = [
    await devnet.payToken(token, wallets[0].address, five),
    await devnet.payToken(token, wallets[1].address, five),
  ]
  // The wallets are listed after the blocks are full. The keeper's first transaction then stays in
  // the pool, so the pool refuses the keeper's second transaction.
  const full = await fillBlocks(devnet, mnemonic, {
    gasLimit: blockGasLimit,
    tipGwei: tipGwei.ofTheStranger,
  })
  for (const { list } of wallets) await list()
  const refused = await eventually(
    async () => {
      await full.topUp()
      return await sql<{ detail: string }[]>`
        select detail from deposits where state = 'waiting' and reason = 'send-refused'`
    },
    (rows) => rows.length > 0,
  )
  const [{ detail = '' } = {}] = refused
  const hash = /rejected silently: nodes answer each send with the hash (0x\w{64})/.exec(
    detail,
  )?.[1]
  expect(hash, detail).toBeDefined()
  const attempts = await sql<{ raw: Buffer }[]>`select raw from attempts`
  const raws = attempts.map(({ raw }): Hex => `0x${raw.toString('hex')}`)
  const raw = raws.find((one) => keccak256(one) === hash)
  // While its pool holds the first transaction, geth answers a send of the second transaction with
  // that transaction's hash, and drops the transaction.
  const { answer, inPool } = await eventually(
    async () => {
      const last = await full.topUp()
      const seen = {
        answer: await devnet.request('eth_sendRawTransaction', [raw]).catch(String),
        inPool: await devnet.request('eth_getTransactionByHash', [hash]),
      }
      const receipt = await devnet.request('eth_getTransactionReceipt', [last])
      return { ...seen, wereFull: receipt === null }
    },
    ({ wereFull }) => wereFull,
  )
  expect({ answer, inPool }).toEqual({ answer: hash, inPool: null })
  for (const paid of hashes) await reaches(world(), paid, 'done', { processes })
  expect(await devnet.tokenOf(token, coldWallet)).toBe(2n * five)
  // The number of gas transactions is not checked, because a wallet is funded twice if the base fee
  // rose after the first funding.
  const [counts] = await sql`
    select (select count(*)::int from transactions where step = 'sweep') as sweeps,
           (select count(*)::int from transactions where state <> 'succeeded') as failed,
           (select count(*)::int from foreign_transactions) as external`
  expect(counts).toMatchObject({ sweeps: 2, failed: 0, external: 0 })
}, 600_000)
