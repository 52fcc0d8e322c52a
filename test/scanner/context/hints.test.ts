import { describe, expect, it } from 'vitest'
import type { GasSignal } from '../../../domain/scan/own-transactions.ts'
import { createHints } from '../../../scanner/context/hints.ts'
import { hash } from '../../harness/factories/a-block.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'
import { aLatch } from '../../harness/waiting/a-latch.ts'

const signal = (n: number, workflowId: string | null = `sweep-${n}`): GasSignal => ({
  chainId: 1,
  hash: hash(n),
  transactionKey: `s${n}:gas:1`,
  workflowId,
  blockNumber: 10n,
  blockHash: hash(10),
})

function aPost(answers: { put?: () => Promise<void>; wake?: () => Promise<boolean> } = {}) {
  const sent: string[] = []
  const metrics = recordingMetrics()
  const hints = createHints({
    gasSignals: {
      async put(_chainId, key) {
        await answers.put?.()
        sent.push(`put ${Number(key)}`)
      },
    },
    sweepRuns: {
      async wake(workflowId, wakeUp) {
        sent.push(`${wakeUp.kind} ${workflowId}`)
        return (await answers.wake?.()) ?? true
      },
    },
    workflowIdOf: (id) => `sweep-${id}`,
    log: recordingLog(),
    metrics,
  })
  return { hints, sent, metrics }
}

describe('hints to waiting workflows', () => {
  it('put the key in Redis first, and then wake the workflow that holds the lease', async () => {
    const { hints, sent } = aPost()
    hints.gasMined([signal(1), signal(2, null)])
    hints.orphaned(['d1'])
    await hints.close(1_000)
    expect(sent.indexOf('put 1')).toBeLessThan(sent.indexOf('gasMined sweep-1'))
    expect([...sent].sort()).toEqual([
      'depositOrphaned sweep-d1',
      'gasMined sweep-1',
      'put 1',
      'put 2',
    ])
  })

  it('wake the workflow although Redis is down, and ignore an error of Temporal', async () => {
    const away = async () => {
      throw new Error('away')
    }
    const { hints, sent, metrics } = aPost({ put: away, wake: away })
    hints.gasMined([signal(1)])
    await hints.close(1_000)
    expect(sent).toEqual(['gasMined sweep-1'])
    expect(metrics.counts.get('hints')).toBe(2)
  })

  it('never block the scanner, and drop the oldest of more than 10,000 queued hints', async () => {
    const redis = aLatch()
    const { hints, sent, metrics } = aPost({ put: redis.pass })
    // The call returns although Redis takes no hint yet. Four hints are sent at once, and the
    // others are queued.
    hints.gasMined(Array.from({ length: 12_000 }, (_, i) => signal(i, null)))
    expect(sent).toEqual([])
    expect(metrics.counts.get('hints')).toBe(1_996)
    redis.open()
    await hints.close(60_000)
    const kept = [0, 1, 2, 3, ...Array.from({ length: 10_000 }, (_, i) => 2_000 + i)]
    expect(sent).toEqual(kept.map((n) => `put ${n}`))
  })

  it('drop their queue at the limit of close', async () => {
    const { hints, sent } = aPost({ put: () => new Promise(() => {}) })
    hints.gasMined([signal(1)])
    await hints.close(50)
    expect(sent).toEqual([])
  })

  it('are ignored after close', async () => {
    const { hints, sent } = aPost()
    await hints.close(10)
    hints.gasMined([signal(1)])
    hints.orphaned(['d1'])
    // The second `close` would wait for hints that were accepted.
    await hints.close(60_000)
    expect(sent).toEqual([])
  })
})
