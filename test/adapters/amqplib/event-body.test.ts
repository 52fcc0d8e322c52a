import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseEventBody } from '../../../adapters/amqplib/event-body.ts'
import { parseWorkMessage } from '../../../adapters/amqplib/work-message.ts'
import {
  blockEvent,
  depositEvent,
  externalTransactionEvent,
} from '../../../adapters/drizzle/outbox/events.ts'
import type { EventType } from '../../../domain/outbox/event.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'
import { anExternalTransaction } from '../../harness/factories/an-external-transaction.ts'

const types: Readonly<Record<EventType, true>> = {
  'chain.block': true,
  'deposit.detected': true,
  'deposit.confirmed': true,
  'deposit.orphaned': true,
  'deposit.rejected': true,
  'balance.adopted': true,
  'sweep.waiting': true,
  'sweep.needs-attention': true,
  'sweep.ignored': true,
  'sweep.done': true,
  'keeper.low': true,
  'keeper.empty': true,
  'keeper.recovered': true,
  'transaction.foreign': true,
  'reconcile.difference': true,
  'wallet.unexplained': true,
}

describe('docs/events.md, compared with the code', () => {
  const text = readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8')
  const examples = [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
    ([, json = '']) => JSON.parse(json) as { type?: EventType },
  )
  const events = examples.filter(({ type }) => type !== undefined)

  it('has a heading with an example for every event type', () => {
    expect(events.map(({ type }) => type).sort()).toEqual(Object.keys(types).sort())
    for (const type of Object.keys(types)) expect(text).toContain(`\n### ${type}\n`)
  })

  it.each(events)('shows the body of $type as coldsweep publishes it', (event) => {
    expect(parseEventBody(event)).toEqual(event)
  })

  it('shows the work message as coldsweep publishes it', () => {
    const [work, ...more] = examples.filter(({ type }) => type === undefined)
    expect(parseWorkMessage(work)).toEqual(work)
    expect(more).toEqual([])
  })

  it('names every required key of an event’s data', () => {
    for (const event of events) {
      const { data } = event as { data: Record<string, unknown> }
      for (const key of Object.keys(data)) {
        const rest = { ...event, data: { ...data, [key]: undefined } }
        expect(() => parseEventBody(rest), `${event.type} without ${key}`).toThrow(`data.${key}: `)
        expect(text).toContain(`\`${key}\``)
      }
    }
  })
})

describe('parseEventBody, the check of an event body', () => {
  const { detectedAt, lastRunAt, eventSeq, ...of } = {
    ...aDeposit(),
    detectedAt: new Date(),
    lastRunAt: null,
    dustOrderId: null,
    openingPart: null,
    eventSeq: 3,
    heldReason: null,
    heldAt: null,
    releasedAt: null,
    doubt: null,
    doubtCleared: null,
    backing: null,
    balanceChange: null,
    loggedOut: null,
  }
  const row = { ...of, detectedAt, lastRunAt, eventSeq }

  it('accepts the events that the scanner and the sweeps write', () => {
    const hash = `0x${'a'.repeat(64)}` as const
    const wait = { reason: 'keeper-low', detail: '' }
    const done = { sweepId: '7f6c0a52-3c1d-4b8e-9a57-1f0e2d3c4b5a', sweepTx: hash }
    const header = { number: 7n, hash, parentHash: hash, timestamp: 1n, logsBloom: '0x' as const }
    const written = [
      blockEvent(31337, header),
      depositEvent(row, 'deposit.detected'),
      depositEvent({ ...row, asset: 'native' }, 'deposit.confirmed'),
      depositEvent(row, 'deposit.orphaned'),
      depositEvent(row, 'deposit.rejected', { doubt: 'unbacked', operator: 'ann', detail: '' }),
      depositEvent(row, 'sweep.waiting', wait),
      depositEvent(row, 'sweep.needs-attention', wait),
      depositEvent(row, 'sweep.ignored', wait),
      depositEvent(row, 'sweep.done', done),
      externalTransactionEvent(31337, anExternalTransaction()),
      externalTransactionEvent(31337, { ...anExternalTransaction(), to: null, ok: false }),
    ]
    for (const { body } of written) expect(parseEventBody(body)).toEqual(body)
  })

  it('keeps unknown keys of an event’s data', () => {
    const { body } = depositEvent(row, 'deposit.detected', { internal: 1 })
    expect(parseEventBody(body).data).toHaveProperty('internal', 1)
  })

  it('rejects an event without a known type, a known version or a deposit id', () => {
    const { body } = depositEvent(row, 'deposit.detected')
    for (const change of [{ type: 'deposit.lost' }, { v: 2 }, { depositId: undefined }]) {
      expect(() => parseEventBody({ ...(body as object), ...change })).toThrow(
        expect.objectContaining({ name: 'BadInput' }),
      )
    }
  })
})
