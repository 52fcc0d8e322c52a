import { afterEach, beforeEach, expect, it } from 'vitest'
import { verifyAudit } from '../../adapters/drizzle/operators/audit.ts'
import { createAuditWatch } from '../../workers/watch-audit.ts'
import { type OwnLedger, ownLedger } from '../harness/benches/own-ledger.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../harness/fakes/recording-metrics.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { runLoop } from '../harness/waiting/run-loop.ts'

let ledger: OwnLedger
let log: ReturnType<typeof recordingLog>
let gauges: ReadonlyMap<string, number>
let stop: () => Promise<void>
let checks: number

beforeEach(async () => {
  ledger = await ownLedger()
  log = recordingLog()
  const metrics = recordingMetrics()
  gauges = metrics.gauges
  checks = 0
  const trail = {
    verify(noted?: string) {
      checks += 1
      return verifyAudit(ledger.db, noted)
    },
  }
  stop = runLoop(createAuditWatch({ trail, log, metrics, everyMs: 20 }))
  await becomes('rows', 0)
  for (const subject of ['a', 'b', 'c']) {
    await ledger.sweeps.noteOrder({ operator: 'ann', action: 'retry', subject, reason: 'why' })
  }
  await becomes('rows', 3)
})
afterEach(async () => {
  await stop()
  await ledger.close()
})

const becomes = (name: string, value: number) =>
  eventually(
    () => gauges.get(`coldsweep_audit_${name}`),
    (seen) => seen === value,
  )
/** A superuser can disable the triggers that keep the rows. */
const forge = async (statement: string) => {
  await ledger.sql.unsafe(
    `alter table operator_actions disable trigger user; ${statement}; alter table operator_actions enable trigger user`,
  )
}

it('publishes length and head of an intact chain', async () => {
  const { head } = await verifyAudit(ledger.db)
  await becomes('head', Number.parseInt(head.slice(0, 12), 16))
  expect(gauges.get('coldsweep_audit_intact')).toBe(1)
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
})

it('reports a changed row once', async () => {
  await forge(`update operator_actions set reason = 'other' where subject = 'b'`)
  await becomes('intact', 0)
  const before = checks
  await eventually(
    () => checks,
    (count) => count > before + 2,
  )
  const errors = log.lines.filter(({ level }) => level === 'error')
  expect(errors.map(({ message }) => message)).toEqual(['audit trail was changed'])
})

it('reports rows that were cut off the end, although the remaining chain is intact', async () => {
  await forge(`delete from operator_actions where subject = 'c'`)
  await becomes('intact', 0)
  expect(gauges.get('coldsweep_audit_rows')).toBe(2)
  expect((await verifyAudit(ledger.db)).broken).toBeUndefined()
})
