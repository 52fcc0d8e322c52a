import { expect } from 'vitest'
import type { Token } from '../devnet/devnet.ts'
import type { collectEvents } from '../services/collect-events.ts'
import { eventually } from '../waiting/eventually.ts'
import type { OwnDeployment } from './own-deployment.ts'

interface Signed {
  readonly step: string
  readonly state: string
  readonly hashes: readonly string[]
  readonly minedHash: string | null
  /** Hash of the block that contains the mined transaction. */
  readonly minedIn: string | null
}

const limitMs = 300_000

/**
 * Returns functions for reorgs in a full deployment with one token, on a devnet that mines one
 * block a second.
 */
export function reorgBench(d: OwnDeployment, bus: Awaited<ReturnType<typeof collectEvents>>) {
  const token = () => d.tokens[0] as Token

  const heightOf = async (hash: string) =>
    Number(
      ((await d.devnet.request('eth_getTransactionReceipt', [hash])) as { blockNumber: string })
        .blockNumber,
    )

  async function signedFor(wallet: string): Promise<Signed[]> {
    const rows = await d.sql`
      select t.step, t.state, t.mined_hash, t.mined_block_hash, array_agg(a.hash order by a.number) as hashes
      from transactions t join sweeps s on s.id = t.sweep_id join attempts a on a.transaction_key = t.key
      where s.wallet = ${wallet.toLowerCase()} group by t.key order by t.step, t.created_at`
    return rows.map((row) => ({
      step: row['step'],
      state: row['state'],
      hashes: row['hashes'],
      minedHash: row['mined_hash'],
      minedIn: row['mined_block_hash'],
    }))
  }

  return {
    token,
    heightOf,
    signedFor,
    rawOf: (hash: string) => d.devnet.request('eth_getRawTransactionByHash', [hash]),
    cold: () => d.devnet.tokenOf(token(), d.coldWallet),
    /**
     * Replaces every block from the height on by a block without the old transactions. Returns the
     * number of replaced blocks.
     * @param again raw transactions that the second new block includes, or the only new block
     */
    async reorgFrom(height: number, again: readonly unknown[] = []): Promise<number> {
      await d.devnet.request('evm_setIntervalMining', [0])
      const depth = Number(await d.devnet.request('eth_blockNumber')) - height + 1
      const pairs = again.map((raw) => [raw, Math.min(1, depth - 1)])
      await d.devnet.request('anvil_reorg', [depth, pairs])
      await d.devnet.request('evm_setIntervalMining', [1])
      return depth
    },
    /** Waits until the step's transaction is in a block. Returns the transaction's hash. */
    minedOf: async (wallet: string, step: 'gas' | 'sweep') =>
      (await eventually(
        async () => (await signedFor(wallet)).find((one) => one.step === step)?.minedHash,
        (hash) => typeof hash === 'string',
        limitMs,
      )) as string,
    /** Returns the types of a deposit's events by `seq`, without repeats and `sweep.waiting`. */
    told: (id: string) =>
      [...new Map(bus.events.filter((e) => e.depositId === id).map((e) => [e.seq, e.type]))]
        .sort(([one], [other]) => one - other)
        .map(([, type]) => type)
        .filter((type) => type !== 'sweep.waiting'),
    /**
     * Expects exactly one gas transaction and one sweep. The mined bytes of both must be bytes that
     * coldsweep signed.
     */
    async expectOneSweep(wallet: string): Promise<void> {
      const signed = await signedFor(wallet)
      expect(signed.map(({ step, state }) => [step, state])).toEqual([
        ['gas', 'succeeded'],
        ['sweep', 'succeeded'],
      ])
      for (const { hashes, minedHash } of signed) {
        expect(hashes).toContain(minedHash)
        expect(await heightOf(minedHash ?? '')).toBeGreaterThan(0)
      }
    },
  }
}
