import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { builtProduct } from '../../harness/processes/built-product.ts'
import { earlierProduct, hasCommit } from '../../harness/processes/earlier-product.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { actOut, commandsOf, type Handler, inShell } from '../../harness/worlds/chapter.ts'
import { reaches } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/** A commit whose database lacks six migrations, and whose activities and plans differ. */
const former = '4bc40658'
const units = (amount: number) => BigInt(amount) * 10n ** 18n

/**
 * The chapters "Upgrade" and "Roll back" of docs/planned-work.md, command by command, with sweeps
 * in flight. A source archive has no history to build the former version from.
 */
describe.skipIf(!hasCommit(former))('an upgrade and its rollback', () => {
  let d: OwnDeployment
  /** Path of the version that the link `/opt/coldsweep` leads to. */
  let installed = ''
  /** The version whose commands run, if it is another than the installed one. */
  let commands = ''
  const versions: Record<string, string> = {}
  const processes: Record<string, StartedProcess[]> = {}
  const token = () => d.tokens[0] as (typeof d.tokens)[number]

  beforeAll(async () => {
    versions['NEW'] = join(await builtProduct(), 'coldsweep.mjs')
    versions['OLD'] = await earlierProduct(former)
    installed = versions['OLD']
    d = await ownDeployment({
      tokens: async (devnet) => [
        { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
      ],
      chain: { native: { symbol: 'ETH', min: '0.01', approveAbove: '1' } },
      timers: { adoptAfterSeconds: 8 },
    })
    // The former version creates the tables.
    await d.sql.unsafe(
      'drop schema public cascade; drop schema drizzle cascade; create schema public',
    )
    await coldsweep('migrate')
    for (const verb of ['scanner', 'worker', 'worker'] as const)
      processes[verb] = [...(processes[verb] ?? []), start(verb)]
  })
  afterAll(async () => await d?.close())

  const start = (verb: string) => d.startNode(verb, [installed, verb])
  const coldsweep = async (line: string) =>
    await inShell(d.env)(`node ${commands || installed} ${line.replace(/^coldsweep /, '')}`, [])

  /** Restarts the processes of a kind, one after the other. */
  const systemctl: Handler = async (_line, [, , unit = '']) => {
    const verb = unit.replace('coldsweep-', '')
    const all = processes[verb] ?? []
    for (const [n, { pid, ended }] of all.entries()) {
      process.kill(pid, 'SIGTERM')
      const began = Date.now()
      await ended
      expect(Date.now() - began).toBeLessThan(15_000)
      all[n] = start(verb)
    }
    return ''
  }
  const nothing: Handler = async () => ''
  const handlers: Readonly<Record<string, Handler>> = {
    coldsweep,
    systemctl,
    'version=/opt/coldsweep-NEW': async () => {
      commands = versions['NEW'] ?? ''
      return ''
    },
    'version=/opt/coldsweep': async () => {
      commands = ''
      return ''
    },
    ln: async (_line, [, , folder = '']) => {
      installed = versions[folder.replace('/opt/coldsweep-', '')] ?? ''
      return ''
    },
    pg_dump: async (line) =>
      await inShell(d.env)(`cd ${dirname(d.env['COLDSWEEP_CONFIG'] ?? '')}; ${line}`, []),
    temporal: async (line) =>
      await inShell(d.env)(line.replace('temporal', '"$TEMPORAL_CLI_PATH"'), []),
    // Both versions are built already, and the processes of a test have ports of their own.
    git: nothing,
    cd: nothing,
    curl: nothing,
    // A test installs no units and no alert rules.
    cp: nothing,
  }
  const act = async (heading: string, ...blocks: readonly number[]) => {
    const all = commandsOf('planned-work.md', heading)
    const placeholders = { NEW: 'NEW', OLD: 'OLD', REPOSITORY: 'coldsweep' }
    for (const n of blocks) await actOut(all[n] ?? [], placeholders, handlers)
  }

  /** Makes two token deposits and a native deposit, and stops the blocks in mid-sweep. */
  async function inFlight(): Promise<string[]> {
    const wallets = await Promise.all([d.addWallet(), d.addWallet(), d.addWallet()])
    const [one, two, three] = wallets.map(({ address }) => address)
    if (!one || !two || !three) throw new Error('no wallets')
    const hashes = [
      await d.devnet.payToken(token(), one, units(3)),
      await d.devnet.pay(two, '0.2'),
      await d.devnet.payToken(token(), three, units(5)),
    ]
    const isLive = (rows: readonly unknown[]) => rows.length > 0
    await eventually(() => d.sql`select 1 from transactions where state = 'live'`, isLive)
    await d.devnet.request('evm_setIntervalMining', [0])
    expect(await d.sql`select 1 from deposits where state <> 'done'`).not.toEqual([])
    return hashes
  }
  const mine = () => d.devnet.request('evm_setIntervalMining', [1])
  const reach = async (hashes: readonly string[], state: string) => {
    for (const hash of hashes)
      await reaches(d, hash, state, { processes: Object.values(processes).flat() })
  }
  const migrations = async () =>
    (await d.sql`select count(*)::int from drizzle.__drizzle_migrations`)[0]?.['count']

  async function balanced(): Promise<void> {
    const now = Number(await d.devnet.request('eth_blockNumber'))
    const report = await eventually(
      async () => JSON.parse(await coldsweep('reconcile --json')).data[0],
      ({ block }) => block.number >= now,
    )
    expect(report).toMatchObject({ balanced: true, differences: [] })
    const doubled = await d.sql`
      select sweep_id from transactions where step = 'sweep' and state = 'succeeded'
      group by sweep_id having count(*) > 1`
    expect(doubled).toEqual([])
  }

  test('sweeps in flight are done once, across the upgrade and the rollback', async () => {
    await reach([await d.devnet.payToken(token(), (await d.addWallet()).address, units(1))], 'done')
    const held = await d.devnet.pay((await d.addWallet()).address, '1.5')
    await reach([held], 'waiting(approval)')

    const first = await inFlight()
    const before = await migrations()
    await act('Upgrade', 0, 1)
    expect(installed).toBe(versions['OLD'])
    await act('Upgrade', 2)
    expect(await migrations()).toBeGreaterThan(before)
    expect(installed).toBe(versions['OLD'])
    await act('Upgrade', 3, 4)
    expect(installed).toBe(versions['NEW'])
    await mine()
    await reach(first, 'done')
    await act('Upgrade', 5)
    await balanced()

    const second = await inFlight()
    await mine()
    await act('Roll back', 0)
    expect(installed).toBe(versions['OLD'])
    await reach(second, 'done')
    await coldsweep('migrate')
    await balanced()

    const third = await inFlight()
    await act('Roll back', 1)
    await mine()
    await reach(third, 'done')
    await reach([held], 'waiting(approval)')
    await coldsweep(`approve ${held} --operator ann --reason upgrade`)
    await reach([held], 'done')
    await balanced()
    expect(await d.devnet.tokenOf(token(), d.coldWallet)).toBe(units(1 + 3 * 8))
  }, 600_000)
})
