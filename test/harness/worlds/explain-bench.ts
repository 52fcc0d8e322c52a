import { execFileSync } from 'node:child_process'
import { getAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect } from 'vitest'
import type { TransferAnswer } from '../../../operations/explain/answer.ts'
import type { ChainAnswer } from '../../../operations/explain/explain-transaction.ts'
import { aChain } from '../factories/a-config.ts'
import { cliEnvironment } from '../processes/cli-environment.ts'
import { runCli } from '../processes/run-cli.ts'
import { eventually } from '../waiting/eventually.ts'
import { aDevChain } from './own-scanner.ts'
import { scanWorld } from './scan-world.ts'

export const unit = 10n ** 18n
export const firstBlock = 20n
const key = generatePrivateKey()
const wallet = privateKeyToAccount(key).address

/** `explain` on a real node, databases and scanner. Commands are split by a shell, as if pasted. */
export async function explainBench() {
  const world = await scanWorld()
  const { devnet, keeper, coldWallet, anvil } = world
  const addRow = (address: string, private_key: string) =>
    world.central`insert into userwallet ${world.central({ address, private_key, currency: 'ANY' })}`
  const usdt = await world.token('plain-token', 'USDT')
  await addRow(wallet, key)
  const early = { hash: await devnet.pay(wallet, '0.5'), wallet }
  expect(await world.height()).toBeLessThan(firstBlock)
  await world.mine(Number(firstBlock))
  const chain = aDevChain({
    id: anvil.chainId,
    coldWallet,
    keeper,
    tokens: [usdt],
    startBlock: firstBlock,
  })
  world.scan({ chain: { ...chain, native: { ...chain.native, approveAbove: 5n * unit } } })
  await world.sql`
  insert into chains (id, name, cold_wallet) values (${anvil.chainId}, 'devnet', ${coldWallet})`
  await world.sql`
  insert into keepers (chain_id, address) values (${anvil.chainId}, ${keeper})`
  const yaml = aChain({
    id: anvil.chainId,
    name: 'devnet',
    rpc: [anvil.url],
    startBlock: Number(firstBlock),
    finality: { depth: 2 },
    coldWallet: getAddress(coldWallet),
    gasKeeper: { address: getAddress(keeper), alertBelow: '0.5' },
    native: { symbol: 'ETH', min: '0.01', approveAbove: '5' },
    internalTransfers: 'off',
    tokens: [{ address: getAddress(usdt.address), symbol: 'USDT', decimals: 18, min: '1' }],
  })
  const cli = cliEnvironment(
    {
      DATABASE_URL: world.databaseUrl,
      CENTRAL_DATABASE_URL: world.centralUrl,
      // An order that is recorded while Temporal is away takes effect later.
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      LOG_LEVEL: 'silent',
    },
    yaml,
  )
  await world.caughtUp()

  async function ask(subject: string) {
    const answer = await runCli(['explain', subject, '--json'], cli.env)
    expect(answer.stdout + answer.stderr).not.toContain(key.slice(2))
    const { data, errors } = answer.envelope()
    return { code: answer.code, data: data as { chains: ChainAnswer[] }, errors }
  }

  async function chainOf(hash: string): Promise<ChainAnswer> {
    const { data } = await ask(hash)
    return data.chains[0] as ChainAnswer
  }

  /** Waits until the first transfer of the transaction has the cause. */
  async function transferWith(hash: string, cause: string): Promise<TransferAnswer> {
    let last: ChainAnswer | undefined
    try {
      await eventually(
        async () => {
          last = await chainOf(hash)
          return last.transfers[0]?.cause
        },
        (seen) => seen === cause,
        60_000,
      )
    } catch {
      expect(last).toEqual(cause)
    }
    return last?.transfers[0] as TransferAnswer
  }

  /** Splits a command as a shell does, and runs it. */
  async function paste(command: string) {
    const [, rest = ''] = /^coldsweep (.*)$/.exec(command) ?? []
    const words = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${rest}`], { encoding: 'utf8' })
    return await runCli(words.split('\0').slice(0, -1), cli.env)
  }

  /** Pastes every command and expects it to work. */
  async function pasteAll({ commands }: Pick<TransferAnswer, 'commands'>): Promise<string> {
    expect(commands.length).toBeGreaterThan(0)
    const said: string[] = []
    for (const command of commands) {
      const { code, stdout, stderr } = await paste(command)
      expect({ command, code, stderr }).toMatchObject({ command, code: 0 })
      said.push(stdout)
    }
    return said.join('\n')
  }

  const stateOf = async (hash: string) =>
    (
      await world.sql`select state, reason, held_at, released_at from deposits where tx_hash = ${hash}`
    )[0]

  /** A payment of native coin that the scanner has confirmed. */
  async function paid(ether: string, state = 'waiting'): Promise<`0x${string}`> {
    const hash = await world.devnet.pay(await world.wallet(), ether)
    await world.mine(3)
    await world.deposit(hash, state)
    return hash
  }

  return {
    world,
    cli,
    usdt,
    early,
    yaml,
    wallet,
    addRow,
    ask,
    chainOf,
    transferWith,
    paste,
    pasteAll,
    stateOf,
    paid,
    async close() {
      cli.remove()
      await world.close()
    },
  }
}

export type ExplainBench = Awaited<ReturnType<typeof explainBench>>
