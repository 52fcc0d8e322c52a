import { encodeFunctionData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { AddressAnswer } from '../../../operations/explain/explain-address.ts'
import { drawHash, seedSweep } from '../../harness/factories/seed-rows.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

import {
  type ExplainBench,
  explainBench,
  firstBlock,
  unit,
} from '../../harness/worlds/explain-bench.ts'

let b: ExplainBench
beforeAll(async () => {
  b = await explainBench()
})
afterAll(() => b?.close())

describe('explain <txHash> names the cause and prints commands that work', () => {
  it('before startBlock: a rescan credits the payment', async () => {
    const answer = await b.transferWith(b.early.hash, 'before-start')
    expect(answer.why).toContain(`before block ${firstBlock}`)
    expect(await b.pasteAll(answer)).toContain('found 1 new deposit')
    await b.transferWith(b.early.hash, 'waiting')
  })

  it('unlisted token: the entry for coldsweep.yaml and a rescan credit the transfer', async () => {
    const fake = await b.world.token('plain-token', 'FAKE')
    const hash = await b.world.devnet.payToken(fake, await b.world.wallet(), 7n * unit)
    await b.world.mine(3)
    await b.world.caughtUp()
    const { text, add } = await b.transferWith(hash, 'unlisted-token')
    expect(text).toContain('7 FAKE')
    expect(add?.to).toBe('coldsweep.yaml')
    b.cli.configure({
      ...b.yaml,
      tokens: [...(b.yaml['tokens'] as object[]), ...parse(add?.text ?? '')],
    })
    try {
      const listed = await b.transferWith(hash, 'late-token')
      expect(await b.pasteAll(listed)).toContain('found 1 new deposit')
    } finally {
      b.cli.configure(b.yaml)
    }
    expect(await b.stateOf(hash)).toBeDefined()
  })

  it('wallet not in userwallet: its row and a rescan credit the payment', async () => {
    const late = generatePrivateKey()
    const { address } = privateKeyToAccount(late)
    const hash = await b.world.devnet.pay(address, '0.4')
    await b.world.mine(3)
    await b.world.caughtUp()
    const { add, commands } = await b.transferWith(hash, 'unknown-wallet')
    expect(add).toMatchObject({ to: 'userwallet' })
    const row = (add?.text ?? '')
      .replace(/<private key of 0x\w+>/, late)
      .replace('<currency>', 'ETH')
    await b.world.central.unsafe(row)
    await b.pasteAll({ commands })
    await b.transferWith(hash, 'waiting')
  })

  it('failed transaction', async () => {
    const args = [await b.world.wallet(), unit]
    const data = encodeFunctionData({ abi: b.usdt.abi, functionName: 'transfer', args })
    const [, from] = (await b.world.devnet.request('eth_accounts')) as string[]
    const sent = [{ from, to: b.usdt.address, data, gas: '0x186a0' }]
    const hash = String(await b.world.devnet.request('eth_sendTransaction', sent))
    expect((await b.world.receipt(hash)).status).toBe('0x0')
    const answer = await b.transferWith(hash, 'failed')
    expect((await b.chainOf(hash)).status).toBe('failed')
    await b.pasteAll(answer)
    expect(await b.stateOf(hash)).toBeUndefined()
  })

  it('no such transaction: exits 1 and names the chains that were asked', async () => {
    const hash = drawHash()
    const { code, errors, data } = await b.ask(hash)
    expect([code, errors[0]?.code]).toEqual([1, 'not-found'])
    const [answer] = data.chains[0]?.answers ?? []
    expect(answer?.cause).toBe('no-such-transaction')
    const again = await b.paste(answer?.commands[0] ?? '')
    expect(again.stdout).toContain('not found on devnet')
  })

  it('dust', async () => {
    const hash = await b.paid('0.001')
    await b.world
      .sql`update deposits set state = 'ignored', reason = 'dust' where tx_hash = ${hash}`
    const answer = await b.transferWith(hash, 'below-minimum')
    expect(answer.deposit?.state).toBe('ignored(dust)')
    expect(await b.pasteAll(answer)).toContain('ignored(dust)')
  })

  it('held: approve releases the deposit', async () => {
    const hash = await b.paid('6', 'waiting(approval)')
    await b.pasteAll(await b.transferWith(hash, 'held'))
    expect((await b.stateOf(hash))?.['released_at']).not.toBeNull()
    await b.transferWith(hash, 'waiting')
  })

  it('paused chain: resume ends the pause', async () => {
    const hash = await b.paid('0.3')
    const { chainId } = b.world.anvil
    const by = ['--operator', 'ann', '--reason', 'a drill']
    expect((await runCli(['pause', '--chain', String(chainId), ...by], b.cli.env)).code).toBe(0)
    const answer = await b.transferWith(hash, 'chain-paused')
    expect(answer.why).toContain('a drill')
    await b.pasteAll(answer)
    await b.transferWith(hash, 'waiting')
  })

  it('orphaned by a reorg', async () => {
    const hash = await b.world.devnet.pay(await b.world.wallet(), '0.2')
    await eventually(
      () => b.stateOf(hash),
      (row) => row !== undefined,
    )
    const answer = await b.transferWith(hash, 'not-final')
    await b.pasteAll(answer)
    await b.world.devnet.request('anvil_reorg', [1, []])
    await b.world.mine(2)
    await b.world.deposit(hash, 'orphaned')
    expect(await b.pasteAll(await b.transferWith(hash, 'orphaned'))).toContain('orphaned')
  })

  it('already swept: names the sweep transaction', async () => {
    const hash = await b.world.devnet.payToken(b.usdt, await b.world.wallet(), 5n * unit)
    await b.world.mine(3)
    const { id } = await b.world.deposit(hash, 'waiting')
    const sweepId = await seedSweep(b.world.sql)
    const sweepTx = drawHash()
    await b.world.sql`
      update sweeps set tx_hash = ${sweepTx}, outcome = 'swept', closed_at = now() where id = ${sweepId}`
    await b.world.sql`
      update deposits set state = 'done', reason = '', covered = true, sweep_id = ${sweepId}
      where id = ${id}`
    const answer = await b.transferWith(hash, 'swept')
    expect(answer.why).toContain(sweepTx)
    expect(await b.pasteAll(answer)).toContain('done')
    expect((await b.ask(id)).data.chains[0]?.transfers[0]?.cause).toBe('swept')
  })

  it('keeper’s gas money, refill, zero value, and a transaction in the pool', async () => {
    const { devnet, keeper } = b.world
    const to = await b.world.wallet()
    await devnet.setEther(keeper, 10)
    await devnet.request('anvil_impersonateAccount', [keeper])
    const gas = await devnet.request('eth_sendTransaction', [{ from: keeper, to, value: '0x1' }])
    await b.world.receipt(gas)
    expect((await b.chainOf(String(gas))).transfers[0]?.cause).toBe('keeper-money')
    const refill = await devnet.pay(keeper, '0.1')
    expect((await b.chainOf(refill)).transfers[0]?.cause).toBe('refill')
    const nothing = await devnet.payWei(to, 0n)
    expect((await b.chainOf(nothing)).transfers[0]?.cause).toBe('zero')

    await devnet.request('evm_setAutomine', [false])
    try {
      const [, , from] = (await devnet.request('eth_accounts')) as string[]
      const hash = await devnet.request('eth_sendTransaction', [{ from, to, value: '0x1' }])
      const { status, answers } = await b.chainOf(String(hash))
      expect([status, answers[0]?.cause]).toEqual(['pending', 'pending'])
    } finally {
      await devnet.request('evm_setAutomine', [true])
      await b.world.mine()
    }
  })

  it('sweep <hash> of a transaction without a deposit points to explain', async () => {
    const hash = drawHash()
    const answer = await runCli(['sweep', hash, '--json'], b.cli.env)
    expect(answer.envelope().errors[0]?.hint).toContain(`explain ${hash}`)
  })
})

describe('explain <address>', () => {
  const answerOf = async (address: string) =>
    (await b.ask(address)).data as unknown as AddressAnswer

  it('shows a wallet’s deposits, balances and key proof, and never the key', async () => {
    const { key: proof, chains } = await answerOf(b.wallet)
    expect(proof).toEqual({ kind: 'fits' })
    expect(chains[0]).toMatchObject({
      role: 'user wallet',
      balances: [{ asset: 'ETH', text: '0.5 ETH' }],
      deposits: [{ txHash: b.early.hash }],
    })
    const text = await runCli(['explain', b.wallet.toLowerCase()], b.cli.env)
    expect(text.stdout).toContain('fits the address')
  })

  it('says that the key is wrong, missing, or was not checked', async () => {
    const { address } = privateKeyToAccount(generatePrivateKey())
    await b.addRow(address, generatePrivateKey())
    expect((await answerOf(address)).key).toEqual({ kind: 'wrong', rows: 1 })
    await b.world.central`update userwallet set private_key = 'none' where address = ${address}`
    expect((await answerOf(address)).key).toEqual({ kind: 'missing' })
    const { CENTRAL_DATABASE_URL: _, ...without } = b.cli.env
    const blind = await runCli(['explain', b.wallet, '--json'], without)
    expect(blind.envelope().data).toMatchObject({ key: { kind: 'not-checked' } })
  })

  it('names a keeper, a cold wallet, a token and an unknown address', async () => {
    const roles: unknown[] = []
    for (const address of [
      b.world.keeper,
      b.world.coldWallet,
      b.usdt.address,
      `0x${'12'.repeat(20)}`,
    ]) {
      const { chains, key: proof } = await answerOf(address)
      roles.push([chains[0]?.role, proof])
      for (const command of chains[0]?.commands ?? []) expect((await b.paste(command)).code).toBe(0)
    }
    expect(roles).toEqual([
      ['gas keeper', null],
      ['cold wallet', null],
      ['token', null],
      [null, null],
    ])
  })

  it('refuses any other text', async () => {
    const { code, errors } = await b.ask('0x12')
    expect([code, errors[0]?.code]).toEqual([2, 'usage'])
  })
})

describe('plan', () => {
  it('shows the stored verdict of each wallet and asset with money that no sweep covers', async () => {
    const hash = await b.paid('7', 'waiting(approval)')
    const [row] = await b.world.sql`select wallet from deposits where tx_hash = ${hash}`
    const { data } = (await runCli(['plan', '--json'], b.cli.env)).envelope()
    const items = data as { wallet: string; action: string }[]
    expect(items.find((item) => item.wallet.toLowerCase() === row?.['wallet'])).toMatchObject({
      action: 'hold',
      asset: 'ETH',
      text: '7 ETH',
      state: 'waiting(approval)',
      gas: null,
    })
    expect(items.map(({ action }) => action)).toContain('ignore')
    const text = await runCli(['plan', '--chain', 'devnet'], b.cli.env)
    expect([text.code, text.stdout]).toEqual([0, expect.stringMatching(/needs (an )?approval/)])
    expect((await runCli(['plan', '--chain', '9'], b.cli.env)).code).toBe(2)
  })
})
