import { describe, expect, it } from 'vitest'
import { forgedLogs, forgedReceipt } from '../../harness/proxies/forgeries.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ThreeNodesBench, threeNodesBench } from '../../harness/worlds/three-nodes-bench.ts'

type Raw = Readonly<Record<string, unknown>>

describe('the scanner with a quorum of three nodes (MONEY 20)', () => {
  let world: ThreeNodesBench['world']
  let three: ThreeNodesBench['three']
  threeNodesBench((bench) => {
    ;({ world, three } = bench)
  })

  const scan = async () => {
    const token = await world.token('plain-token', 'USDT')
    const scanner = world.scan({ tokens: [token], rpcUrls: three.urls, quorum: 2 })
    return { token, scanner }
  }
  const workOf = async () => (await world.work()).map(({ body }) => body['depositId'])
  const problem = ({ scanner }: Awaited<ReturnType<typeof scan>>) =>
    scanner.problems().find((words) => words !== undefined)

  it.each(['honest', 'one dead', 'one lagging', 'one of another chain'])(
    'hands over native coin and token deposits (nodes: %s)',
    async (how) => {
      const given = await scan()
      const [, , third] = three.proxies
      if (how === 'one dead') third.fault('*', { kind: 'break' })
      if (how === 'one lagging') await third.freezeHead()
      if (how === 'one of another chain') third.wrongChain(1)
      const wallet = await world.wallet()
      await eventually(
        () => problem(given),
        (words) => words === undefined,
      )
      const coin = await world.devnet.pay(wallet, '0.5')
      const token = await world.devnet.payToken(given.token, wallet, 7n)
      await world.mine(3)
      const rows = [
        await world.deposit(coin, 'waiting(queued)'),
        await world.deposit(token, 'waiting(queued)'),
      ]
      expect(await workOf()).toEqual(rows.map(({ id }) => id))
      await eventually(
        () => problem(given),
        (words) => words === undefined,
      )
      expect(given.scanner.metrics.counts.get('rpc_disagreements')).toBeUndefined()
    },
  )

  it('keeps a deposit with a forged amount as confirming(rpc-disagreement), and hands over other deposits', async () => {
    const given = await scan()
    const [liar] = three.proxies
    const wallet = await world.wallet()
    const forge = (log: Raw) =>
      log['data'] === `0x${'7'.padStart(64, '0')}`
        ? { ...log, data: `0x${'7000'.padStart(64, '0')}` }
        : log
    liar.fault('eth_getLogs', { kind: 'forge', change: forgedLogs((logs) => logs.map(forge)) })
    const receipts = (raw: Raw) => ({ ...raw, logs: (raw['logs'] as Raw[]).map(forge) })
    liar.fault('eth_getTransactionReceipt', { kind: 'forge', change: forgedReceipt(receipts) })
    const forged = await world.devnet.payToken(given.token, wallet, 7n)
    const honest = await world.devnet.payToken(given.token, wallet, 8n)
    await world.mine(3)
    const kept = await world.deposit(forged, 'confirming(rpc-disagreement)')
    expect(kept.amount).toBe(String(0x7000))
    const handed = await world.deposit(honest, 'waiting(queued)')
    expect(await workOf()).toEqual([handed.id])
    await eventually(
      () => problem(given) ?? '',
      (words) => words.includes('1 deposits are not handed over'),
    )
    expect(given.scanner.metrics.counts.get('rpc_disagreements')).toBeGreaterThan(0)
    const told = given.scanner.log.lines.find(({ message }) => message.includes('not handed over'))
    expect(told).toMatchObject({ level: 'error', fields: { deposit: kept.id } })

    // The liar alone cannot make the scanner hand over a deposit, even if another endpoint is down.
    three.proxies[1].fault('*', { kind: 'break' })
    await world.mine(3)
    await world.caughtUp()
    expect(await workOf()).toEqual([handed.id])
    expect((await world.deposit(forged, 'confirming')).reason).toBe('rpc-disagreement')
  })

  it('marks a transfer as unbacked if all endpoints list it but no balance shows it', async () => {
    const token = await world.token('phantom-token', 'TWICE')
    await world.devnet.call(token, 'setTimes', [2n])
    const scanner = world.scan({ tokens: [token], rpcUrls: three.urls, quorum: 2 })
    const wallet = await world.wallet()
    await world.devnet.payToken(token, wallet, 50n)
    await world.mine(3)
    await eventually(
      async () => (await world.deposits()).map(({ state, reason }) => `${state} ${reason}`),
      (states) => states.join() === 'waiting queued,confirming unbacked',
    )
    expect(await workOf()).toHaveLength(1)
    expect(scanner.metrics.counts.get('deposits_doubted')).toBeUndefined()
  })

  it('hands over a deposit although a node lists one more log, of another contract (erigon #18656)', async () => {
    const given = await scan()
    const [, second] = three.proxies
    const wallet = await world.wallet()
    const more = (raw: Raw) => {
      const logs = raw['logs'] as Raw[]
      const [first] = logs
      const other = { ...first, address: `0x${'77'.repeat(20)}`, logIndex: '0x0' }
      const shifted = logs.map((log, i) => ({ ...log, logIndex: `0x${(i + 1).toString(16)}` }))
      return first ? { ...raw, logs: [other, ...shifted] } : raw
    }
    second.fault('eth_getTransactionReceipt', { kind: 'forge', change: forgedReceipt(more) })
    const paid = await world.devnet.payToken(given.token, wallet, 7n)
    await world.mine(3)
    const { id } = await world.deposit(paid, 'waiting(queued)')
    expect(await workOf()).toEqual([id])
    expect(given.scanner.metrics.counts.get('rpc_disagreements')).toBeUndefined()
  })

  it('does not hand over a payment whose value the scanner’s endpoint invents', async () => {
    await scan()
    const [liar] = three.proxies
    const wallet = await world.wallet()
    const inflate = (transaction: Raw) =>
      transaction['to'] === wallet ? { ...transaction, value: '0xde0b6b3a7640000' } : transaction
    liar.fault('eth_getBlockByNumber', {
      kind: 'forge',
      change: (block) => {
        const { transactions = [] } = (block ?? {}) as { transactions?: (Raw | string)[] }
        const changed = transactions.map((one) => (typeof one === 'string' ? one : inflate(one)))
        return block && { ...(block as Raw), transactions: changed }
      },
    })
    const hash = await world.devnet.pay(wallet, '0.001')
    await world.mine(3)
    const row = await world.deposit(hash, 'confirming(rpc-disagreement)')
    expect(row.amount).toBe(String(10n ** 18n))
    expect(await workOf()).toEqual([])
  })

  it('keeps final deposits as confirming(rpc-quorum) with too few nodes, until a node is back', async () => {
    const given = await scan()
    const [, second, third] = three.proxies
    const wallet = await world.wallet()
    const hash = await world.devnet.pay(wallet, '0.5')
    second.fault('*', { kind: 'break' })
    third.fault('*', { kind: 'http', status: 503 })
    await world.mine(3)
    await world.deposit(hash, 'confirming(rpc-quorum)')
    await eventually(
      () => problem(given),
      (words) => words?.includes('too few of 3') === true,
    )
    expect(await workOf()).toEqual([])
    expect(given.scanner.metrics.counts.get('rpc_disagreements')).toBeUndefined()
    second.heal()
    const row = await world.deposit(hash, 'waiting(queued)')
    expect(await workOf()).toEqual([row.id])
    await eventually(
      () => problem(given),
      (words) => words === undefined,
    )
  })

  it('replaces an endpoint that shows another chain below the final height, and keeps all credits', async () => {
    const given = await scan()
    const [liar] = three.proxies
    const wallet = await world.wallet()
    const hash = await world.devnet.pay(wallet, '0.5')
    await world.mine(6)
    const { id } = await world.deposit(hash, 'waiting(queued)')
    await world.caughtUp()
    // The liar shows blocks of another chain, from the block of the deposit on.
    const parent = (await world.height()) - 7n
    liar.fault('eth_getBlockByNumber', { kind: 'forge', change: ownChainAbove(parent) })
    await eventually(
      () => given.scanner.log.lines.map(({ fields }) => String((fields as Raw)['error'])),
      (errors) => errors.some((words) => /below the final height|QuorumDisagrees/.test(words)),
    )
    await world.mine(2)
    await world.caughtUp()
    expect(await world.deposit(hash, 'waiting(queued)')).toMatchObject({ id })
    expect(await world.events('deposit.orphaned')).toEqual([])
    expect(given.scanner.metrics.counts.get('reorgs')).toBeUndefined()
  })
})

/** Gives every block above the height another hash, and adapts the parent hashes. */
function ownChainAbove(height: bigint) {
  const other = (hash: unknown) => `0xbad0${String(hash).slice(6)}`
  return (answer: unknown) => {
    const block = answer as Raw | null
    if (!block) return block
    const number = BigInt(String(block['number']))
    if (number <= height) return block
    const parentHash = number - 1n > height ? other(block['parentHash']) : block['parentHash']
    return { ...block, hash: other(block['hash']), parentHash }
  }
}
