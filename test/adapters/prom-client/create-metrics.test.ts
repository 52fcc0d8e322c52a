import { describe, expect, it } from 'vitest'
import { beginAtZero, beginTokensAtZero } from '../../../adapters/prom-client/begin-at-zero.ts'
import { createMetrics } from '../../../adapters/prom-client/create-metrics.ts'

describe('createMetrics and the start values of counters', () => {
  it('registers a metric at its first use and adds up its counts', async () => {
    const metrics = createMetrics({ processMetrics: false })
    metrics.count('deposits', { chain: '56' })
    metrics.count('coldsweep_deposits_total', { chain: '56' }, 2)
    metrics.gauge('keeper_balance', { chain: '56' }, 1.5)
    metrics.gauge('keeper_balance', { chain: '56' }, 0.5)
    const text = await metrics.exposition()
    expect(text).toContain('coldsweep_deposits_total{chain="56"} 3')
    expect(text).toContain('coldsweep_keeper_balance{chain="56"} 0.5')
  })

  it('beginAtZero exposes a counter with the value 0 before its first count', async () => {
    const metrics = createMetrics({ processMetrics: false })
    beginAtZero(metrics, [{ name: 'bsc' }], ['reorgs'])
    expect(await metrics.exposition()).toContain('coldsweep_reorgs_total{chain="bsc"} 0')
    metrics.count('coldsweep_reorgs_total', { chain: 'bsc' })
    expect(await metrics.exposition()).toContain('coldsweep_reorgs_total{chain="bsc"} 1')
  })

  it('beginTokensAtZero registers the labels of a token counter before its first count', async () => {
    const metrics = createMetrics({ processMetrics: false })
    const labels = { chain: 'bsc', asset: 'USDT' }
    beginTokensAtZero(metrics, [{ name: 'bsc', tokens: [{ symbol: 'USDT' }] }], ['unbacked_alarms'])
    metrics.count('unbacked_alarms', labels)
    const text = await metrics.exposition()
    expect(text).toContain('coldsweep_unbacked_alarms_total{chain="bsc",asset="USDT"} 1')
    expect(text).not.toContain('coldsweep_metric_misused_total{')
  })

  it('drops an unknown label or an invalid name and counts the misuse, without an error', async () => {
    const metrics = createMetrics({ processMetrics: false })
    metrics.count('sends', { chain: '1' })
    metrics.count('sends', { chain: '1', sender: '0xab' })
    metrics.gauge('not a name', {}, 1)
    const text = await metrics.exposition()
    expect(text).toContain('coldsweep_sends_total{chain="1"} 2')
    expect(text).toContain('coldsweep_metric_misused_total{metric="coldsweep_sends_total"} 1')
    expect(text).toContain('coldsweep_metric_misused_total{metric="coldsweep_not a name"} 1')
  })

  it('includes process metrics by default', async () => {
    expect(await createMetrics().exposition()).toContain('process_cpu_seconds_total')
  })
})
