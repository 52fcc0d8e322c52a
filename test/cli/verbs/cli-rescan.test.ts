import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

let deployment: OwnDeployment

beforeAll(async () => {
  deployment = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
})

afterAll(() => deployment?.close())

async function scannedHeight(): Promise<number> {
  const [row] = await deployment.sql<{ height: string }[]>`
    select coalesce(max(height), -1) as height from scan_cursors`
  return Number(row?.height)
}

describe('rescan', () => {
  it('finds the deposit of a wallet that was listed later, and stores it only once; the scanner exits 0 on SIGTERM', async () => {
    const { devnet, cli } = deployment
    const wallet = await deployment.addWallet({ unlisted: true })
    await devnet.pay(wallet.address, '1')
    const paidAt = Number(BigInt(String(await devnet.request('eth_blockNumber'))))
    const rescan = [
      'rescan',
      '--chain',
      String(devnet.chainId),
      '--from',
      '1',
      '--to',
      String(paidAt),
      '--operator',
      'ann',
      '--reason',
      'a wallet that was listed later',
    ]
    const orders = () =>
      deployment.sql`select operator, action, subject, reason from operator_actions`

    const early = await cli(...rescan)
    expect([early.exitCode, early.stderr]).toEqual([
      2,
      expect.stringContaining('has never started'),
    ])

    // The rescan read no block, so no order is recorded.
    expect(await orders()).toEqual([])

    const scanner = deployment.start('scanner')
    await eventually(scannedHeight, (height) => height >= paidAt)
    process.kill(scanner.pid, 'SIGTERM')
    expect(await scanner.ended).toBe(0)

    await wallet.list()
    const found = await cli(...rescan, '--json')
    expect(found.exitCode, found.stderr).toBe(0)
    expect(JSON.parse(found.stdout)).toMatchObject({
      ok: true,
      data: { chainId: devnet.chainId, from: 1, to: paidAt, blocks: paidAt, found: 1 },
    })
    expect((await orders()).map((row) => ({ ...row }))).toEqual([
      {
        operator: 'ann',
        action: 'rescan',
        subject: `chain ${devnet.chainId}`,
        reason: `a wallet that was listed later (blocks 1 to ${paidAt})`,
      },
    ])
    expect(JSON.parse((await cli(...rescan, '--json')).stdout)).toMatchObject({
      data: { found: 0 },
    })
    const rows = await deployment.sql`select wallet, asset, amount from deposits`
    expect([...rows]).toEqual([
      { wallet: wallet.address.toLowerCase(), asset: 'native', amount: '1000000000000000000' },
    ])
  })

  it('ends the report of blocks that were never searched for a token, by the command that unread list shows', async () => {
    const { devnet, sql, cli, tokens, env } = deployment
    const [token] = tokens
    const to = await scannedHeight()
    await sql`insert into token_gaps ${sql({ chain_id: devnet.chainId, token: token?.address.toLowerCase(), from_block: 1, to_block: to })}`
    const list = async () => {
      const { stdout } = await cli('unread', 'list', '--json')
      return JSON.parse(stdout).data[0].tokens as { symbol: string; command: string }[]
    }
    const [shown] = await list()
    expect(shown).toMatchObject({ symbol: 'PLN', from: 1, to })
    expect((await cli('unread', 'list')).stdout).toContain(shown?.command)
    const reconciled = await cli('reconcile', '--json')
    expect(JSON.parse(reconciled.stdout).data[0].notices[0]).toContain('never searched for token')
    // The command is run by a shell as it was shown, with this checkout's command in the path.
    const script = `id() { echo ann; }; coldsweep() { ${process.execPath} cli/coldsweep.mjs "$@"; }; ${shown?.command}`
    // A cron job's shell has no USER: the command takes the login name from `id`.
    const { USER: _, ...bare } = env
    const { stdout } = await promisify(execFile)('/bin/bash', ['-c', script], { env: bare })
    expect(stdout).toContain(`rescanned ${to} blocks`)
    expect(await list()).toEqual([])
    expect(await sql`select operator from operator_actions order by id desc limit 1`).toMatchObject(
      [{ operator: 'ann' }],
    )
  })
})
