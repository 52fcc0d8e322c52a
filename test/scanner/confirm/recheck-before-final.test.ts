import { describe, expect, it } from 'vitest'
import { ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { aTransfer, hash, who } from '../../harness/factories/a-block.ts'
import { aRecheck, type Told, transfer } from './a-recheck.ts'

describe('the recheck of blocks before they become final', () => {
  it('stores a transfer that the first search omitted, and counts it once', async () => {
    const { second, ask, late, detected } = aRecheck()
    second.moved(9n, 10n, 10n)
    await ask(10n)
    expect([late(), detected.has(transfer.transactionHash)]).toEqual([1, true])
    await ask(11n)
    expect(late()).toBe(1)
  })

  it('sends one search that also covers a few final blocks, and repeats it after a failure', async () => {
    let refuse = false
    const ofRange = () => {
      if (refuse) throw new Error('no answer')
      return []
    }
    const { second, ask, asked } = aRecheck({ ofRange })
    second.moved(0n, 64n, 64n)
    await ask(62n)
    for (let height = 65n; height <= 72n; height += 1n) second.moved(height - 1n, height, height)
    await ask(70n)
    refuse = true
    await expect(ask(72n)).rejects.toThrow('no answer')
    refuse = false
    await ask(72n)
    expect(asked).toEqual(['1-62', '59-70', '67-72', '67-72'])
  })

  it.each([1n, 5n, 10n, 100n, 255n])(
    'searches all blocks at a node that caps searches at %s blocks, after any jump of the final height',
    async (cap) => {
      const { ask, asked } = aRecheck({
        cursor: { height: 1_500n },
        ofRange: (from, to) => {
          if (to - from >= cap) throw new ChainRefused('block range too wide', -32600)
          return []
        },
      })
      await ask(1_500n)
      const done = asked.map((range) => range.split('-').map(BigInt) as [bigint, bigint])
      const taken = done.filter(([from, to]) => to - from < cap)
      expect(taken.reduce((next, [from, to]) => (from === next ? to + 1n : next), 1n)).toBe(1_501n)
    },
  )

  it('searches all blocks at a gateway that times out on wide searches (ponder #2386)', async () => {
    const { ask, asked } = aRecheck({
      cursor: { height: 100n },
      ofRange: (from, to) => {
        if (to - from >= 10n) throw new ChainUnreachable('the node answered HTTP 504')
        return []
      },
    })
    await ask(100n)
    expect(asked.slice(0, 4)).toEqual(['1-64', '1-32', '1-16', '1-8'])
    expect(asked.at(-1)).toMatch(/-100$/)
  })

  it('continues where a failed iteration stopped', async () => {
    let left = 3
    const ofRange = () => {
      if (left === 0) throw new Error('no answer')
      left -= 1
      return []
    }
    const { ask, asked } = aRecheck({ cursor: { height: 1_500n }, ofRange })
    await expect(ask(1_500n)).rejects.toThrow('no answer')
    left = 100
    await ask(1_500n)
    const again = asked.filter((range) => range.startsWith('1-'))
    expect(again).toHaveLength(1)
  })

  it('rechecks the blocks that an earlier process read and did not confirm', async () => {
    const { ask, asked } = aRecheck({ cursor: { height: 90n, finalHeight: 80n } })
    await ask(88n)
    expect(asked).toEqual(['81-88'])
  })

  it('skips blocks of a catch-up scan and blocks that a reorg removed', async () => {
    const { second, ask, asked } = aRecheck()
    second.moved(0n, 256n, 1_000n)
    await ask(254n)
    expect(asked).toEqual([])
    second.moved(256n, 900n, 1_000n)
    second.moved(900n, 300n, 1_000n)
    second.moved(300n, 310n, 1_000n)
    await ask(310n)
    expect(asked).toEqual(['257-300'])
  })

  it.each<[string, bigint[]]>([
    ['no transfer of its transaction is stored', []],
    ['the stored amount differs', [8n]],
    ['more equal transfers are stored than listed', [7n, 7n]],
  ])('reads a block again if %s', async (_, storedAmounts) => {
    const { second, ask, reread } = aRecheck({ stored: true, storedAmounts })
    second.moved(9n, 10n, 10n)
    await ask(10n)
    expect(reread).toEqual([10n])
  })

  it.each<[string, Told]>([
    ['a transaction whose deposits are stored', { stored: true }],
    ['an address that only looks like a wallet', { wallets: [] }],
    ['a transfer to an unknown address', { ofRange: () => [aTransfer({ to: who.stranger })] }],
  ])('does not reread a block for %s', async (_, told) => {
    const { second, ask, late, detected } = aRecheck(told)
    second.moved(9n, 10n, 10n)
    const before = detected.size
    await ask(10n)
    expect([late(), detected.size]).toEqual([0, before])
  })

  it('reads a block by its receipts if the node refuses the search as too large', async () => {
    const { second, ask, reread } = aRecheck({
      ofRange: () => {
        throw new ChainRefused('query returned more than 10000 results', -32005)
      },
    })
    second.moved(8n, 10n, 10n)
    await ask(10n)
    expect(reread).toEqual([9n, 10n])
  })

  describe('at a node without history', () => {
    const archive = new ChainRefused('Archive requests are not available', -32002, {
      outsidePlan: true,
    })
    /** Creates a recheck at a node that serves the logs of only the newest 128 blocks. */
    const aBench = (logs = [transfer]) => {
      let head = 10n
      const bench = aRecheck({
        ofRange: (from) => {
          if (head - from > 128n) throw archive
          return logs
        },
      })
      return {
        ...bench,
        /** Adds blocks up to the head `to`, and rechecks after each block. */
        async step(to: bigint) {
          for (let at = head; at < to; at += 1n) {
            head = at + 1n
            bench.second.moved(at, head, head)
            await bench.askInTime(head)
          }
        },
      }
    }

    it('rechecks blocks before their logs are pruned, and reads no receipts when the blocks are final', async () => {
      const { second, step, ask, asked, late, reread } = aBench()
      second.moved(9n, 10n, 10n)
      await step(400n)
      expect(late()).toBe(1)
      expect(asked.length).toBeLessThan(20)
      const before = reread.length
      await ask(200n)
      expect(reread.length).toBe(before)
    })

    it('reads the receipts of blocks that were not rechecked before their logs were pruned', async () => {
      const { second, ask, asked, reread, late } = aRecheck({
        ofRange: () => {
          throw archive
        },
      })
      second.moved(9n, 10n, 10n)
      await ask(10n)
      expect([late(), reread, asked]).toEqual([1, [10n], ['10-10']])
    })

    it('rechecks blocks again when they are final if the earlier recheck failed', async () => {
      const down = new ChainUnreachable('the node answered HTTP 503')
      let isDown = true
      const { second, ask, askInTime, late } = aRecheck({
        ofRange: () => {
          if (isDown) throw down
          return [transfer]
        },
      })
      second.moved(9n, 10n, 10n)
      await askInTime(120n)
      isDown = false
      await ask(10n)
      expect(late()).toBe(1)
    })
  })

  it('keeps the unread row of an untraced transaction when its block is read by receipts', async () => {
    const { second, ask, kept } = aRecheck({
      untraced: transfer.transactionHash,
      ofRange: () => {
        throw new ChainRefused('query returned more than 10000 results', -32005)
      },
    })
    second.moved(9n, 10n, 10n)
    await ask(10n)
    expect(kept).toEqual([transfer.transactionHash])
  })

  it('reads a block again if the search returns another hash for it (XDPoSChain #208)', async () => {
    const { second, ask, reread, late } = aRecheck({
      ofRange: () => [{ ...transfer, blockHash: hash(77) }],
    })
    second.moved(9n, 10n, 10n)
    await ask(10n)
    expect([reread, late()]).toEqual([[10n], 1])
  })

  it.each<[string, Told, string]>([
    ['the reread block lists no transfer', { ofBlock: [] }, 'ChainAnswerBad'],
    [
      'the search lists another block at the height and the reread block lists no transfer',
      { ofRange: () => [{ ...transfer, blockHash: hash(77) }], ofBlock: [] },
      'ChainAnswerBad',
    ],
  ])('throws, so that no block becomes final, if %s', async (_, told, name) => {
    const { second, ask, asked } = aRecheck(told)
    second.moved(9n, 10n, 10n)
    await expect(ask(10n)).rejects.toMatchObject({ name })
    await expect(ask(10n)).rejects.toMatchObject({ name })
    expect(asked).toEqual(['10-10', '10-10'])
  })
})
