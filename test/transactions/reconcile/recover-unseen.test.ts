import { createWalletClient, http } from 'viem'
import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { anvil as devnetChain } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRecoveryStore } from '../../../adapters/drizzle/books/recovery-store.ts'
import type { Address } from '../../../domain/address.ts'
import { explainLanes, recoverLanes } from '../../../transactions/reconcile/recover-lanes.ts'
import { type AnvilChain, anAnvilChain } from '../../harness/benches/an-anvil-chain.ts'
import { laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'

/**
 * Tests recover with a used nonce without a transaction of its sender (MONEY 22). An EIP-7702
 * authorisation uses a nonce in this way.
 */
describe('a nonce that no transaction of its sender used', () => {
  let ledger: OwnLedger
  let chain: AnvilChain
  beforeAll(async () => {
    ledger = await ownLedger()
    chain = await anAnvilChain()
  })
  afterAll(async () => {
    await chain?.stop()
    await ledger?.close()
  })

  /**
   * A third party with the wallet's key signs a delegation to the zero address. A payer of the
   * devnet sends the authorisation.
   */
  async function authorise(key: `0x${string}`) {
    const { url, mnemonic, chainId } = chain.devnet
    const payer = createWalletClient({
      account: mnemonicToAccount(mnemonic),
      chain: { ...devnetChain, id: chainId },
      transport: http(url),
    })
    const to = `0x${'0'.repeat(40)}` as const
    const authorization = await privateKeyToAccount(key).signAuthorization({
      chainId,
      nonce: 0,
      contractAddress: to,
    })
    await payer.sendTransaction({ to, authorizationList: [authorization], gas: 200_000n })
    await chain.mine()
  }

  it('keeps the lane closed until an operator accepts the nonce with the command that recover shows', async () => {
    const bench = laneBench(ledger, chain)
    const account = chain.addWallet()
    const sender = account.address
    const sweep = await bench.aSweep(sender)
    await chain.mine()
    await ledger.sql`insert into lanes ${ledger.sql({ chain_id: chain.chain.id, sender, role: 'wallet', entry_nonce: 0, next_nonce: 0 })} on conflict do nothing`
    await authorise(account.key)
    expect(await chain.state.minedNonce(sender)).toBe(1n)
    expect(await bench.open(bench.native(sweep))).toMatchObject({ kind: 'lane-behind' })

    const recovery = createRecoveryStore(ledger.db)
    const deps = {
      chain: chain.chain,
      state: chain.state,
      history: noHistory,
      recovery,
      cursors: ledger.cursors,
    }
    const explain = (...accepted: bigint[]) => explainLanes(deps, undefined, new Set(accepted))
    const [lane] = await explain()
    expect(lane).toMatchObject({ sender, chainNonce: 1n, adoptions: [] })
    expect(lane?.obstacles.join()).toContain(`--lane ${sender} --accept-nonce 0`)
    expect((await explain(0n))[0]?.obstacles).toEqual(['nonce 0 is not used in a final block yet'])

    await chain.mine(3)
    expect((await explain(1n))[0]?.obstacles.join()).toContain('nonce 0 is used')
    const accepted = await explain(0n)
    expect(accepted[0]?.obstacles).toEqual([])
    const order = { operator: 'ann', reason: 'its key was out' }
    await recoverLanes(deps, accepted, order)
    expect(await explain()).toEqual([])
    const [row] = await ledger.sql`select * from foreign_transactions where sender = ${sender}`
    expect(row).toMatchObject({ nonce: '0', hash: null, adopted_by: 'ann' })
    expect(row?.['explanation']).toMatch(/^foreign: accepted/)
    expect(await signedNonce(bench, sweep)).toBe(1n)
  })

  const noHistory = { mined: async () => undefined }
  async function signedNonce(
    bench: ReturnType<typeof laneBench>,
    sweep: { readonly sweepId: string; readonly wallet: Address },
  ) {
    return (await bench.signed(bench.native(sweep))).nonce
  }
})
