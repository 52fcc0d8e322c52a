import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { scheduleIds } from '../../../workflows/contract.ts'
import { type Devnet, openDevnet, type Token } from '../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { actOut, commandsOf, type Handler } from '../../harness/worlds/chapter.ts'
import { reaches } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * The chapters "Add a chain" and "Hand over a shift" of docs/planned-work.md, command by command.
 */
let d: OwnDeployment
let anvil: OwnAnvil
let second: Devnet
let token: Token
let txHash = ''
const processes: Record<string, StartedProcess> = {}
const newCold = privateKeyToAccount(generatePrivateKey()).address

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  anvil = await ownAnvil({ name: 'second', blockTimeSeconds: 1 })
  second = openDevnet(anvil)
  for (const verb of ['scanner', 'worker'] as const) processes[verb] = d.start(verb)
})
afterAll(async () => {
  for (const id of [scheduleIds.keeperWatch(anvil.chainId), scheduleIds.reconcile(anvil.chainId)])
    await d.client.schedule
      .getHandle(id)
      .delete()
      .catch(() => {})
  await anvil?.stop()
  await d?.close()
})

/** The file of the chapter, in the folder of the deployment. */
const fileOf = (word: string) =>
  word.replace('/etc/coldsweep/coldsweep', (d.env['COLDSWEEP_CONFIG'] ?? '').replace(/\.yaml$/, ''))
const wordsAfterFirst: Handler = async (_line, [, ...words]) => {
  const argv = words.map(fileOf)
  const { exitCode, stdout, stderr } = await d.cli(...argv)
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: exit ${exitCode}\n${stderr}`)
  return stdout
}
const handlers: Readonly<Record<string, Handler>> = {
  coldsweep: wordsAfterFirst,
  async systemctl(_line, [, , unit = '']) {
    const verb = unit.replace('coldsweep-', '') as 'scanner' | 'worker'
    const { pid, ended } = processes[verb] ?? {}
    if (pid !== undefined) process.kill(pid, 'SIGTERM')
    await ended
    processes[verb] = d.start(verb)
    return ''
  },
  async cp(_line, [, from = '', to = '']) {
    copyFileSync(fileOf(from), fileOf(to))
    return ''
  },
  // The processes of a test have ports of their own, and no Alertmanager watches them.
  curl: async () => '',
  amtool: async () => '',
}
const act = async (heading: string, block: number, more: Readonly<Record<string, string>> = {}) => {
  const placeholders = { CHAIN_ID: String(anvil.chainId), TX_HASH: txHash, ...more }
  const commands = commandsOf('planned-work.md', heading)[block] ?? []
  return await actOut(commands, placeholders, handlers)
}
const running = () => ({ processes: Object.values(processes) })

test('a second chain is checked, registered and swept, and the first chain continues', async () => {
  const { address } = await d.addWallet()
  await reaches(d, await d.devnet.pay(address, '0.1'), 'done', running())
  await second.setEther(d.keeper, 10)
  token = await second.deployToken('plain-token', 'TWO', 6)
  const file = d.env['COLDSWEEP_CONFIG'] ?? ''
  const config = parse(readFileSync(file, 'utf8'))
  config.chains.push({
    ...config.chains[0],
    id: anvil.chainId,
    name: 'second',
    rpc: [anvil.url],
    ws: [anvil.wsUrl],
    startBlock: 'latest',
    coldWallet: newCold,
    tokens: [{ address: token.address, symbol: 'TWO', decimals: 6, min: '1' }],
  })
  writeFileSync(fileOf('/etc/coldsweep/coldsweep.new.yaml'), stringify(config))
  const [, , migrated = ''] = await act('Add a chain', 0)
  expect(migrated).toContain(`chain ${anvil.chainId} added with cold wallet ${newCold}`)
  await act('Add a chain', 1)
  await eventually(
    () => d.sql`select 1 from scan_cursors where chain_id = ${anvil.chainId}`,
    (rows) => rows.length === 1,
  )
  const native = await second.pay(address, '0.3')
  txHash = await second.payToken(token, address, 5_000_000n)
  const before = await d.devnet.pay(address, '0.2')
  for (const hash of [native, txHash, before]) await reaches(d, hash, 'done', running())
  const [listed = '', one = ''] = await act('Add a chain', 2)
  expect(listed).toContain('TWO')
  expect(one).toContain('done')
  expect(await second.tokenOf(token, newCold)).toBe(5_000_000n)
  expect(await second.etherOf(newCold)).toBeGreaterThan(0n)
}, 600_000)

test('the commands of a handed over shift show holds, pauses, orders and the head', async () => {
  const by = ['--operator', 'ann', '--reason', 'the user disputes it']
  // The chain is paused first: a payment before the pause might be swept before it.
  await eventually(
    () => d.cli('pause', '--chain', String(d.devnet.chainId), ...by),
    ({ exitCode }) => exitCode === 0,
  )
  const deposit = await d.devnet.payToken(
    d.tokens[0] as Token,
    (await d.addWallet()).address,
    10n ** 18n,
  )
  await reaches(d, deposit, 'waiting', running())
  await eventually(
    () => d.cli('pause', deposit, ...by),
    ({ exitCode }) => exitCode === 0,
  )
  const outputs = await act('Hand over a shift', 0, { ALERTMANAGER_URL: 'http://localhost:9093' })
  const all = outputs.join('\n')
  expect(all).toContain('the user disputes it (ann)')
  expect(all).toContain('waiting(paused)')
  const head = JSON.parse((await d.cli('audit', 'verify', '--json')).stdout).data.head
  await act('Hand over a shift', 1, { AUDIT_HEAD: head })
}, 600_000)
