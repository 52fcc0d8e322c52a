import type { AuditTrail, AuditVerdict } from '../domain/operators/audit-chain.ts'
import type { Log, Metrics } from '../domain/process.ts'
import { errorMessage } from '../runtime/error-message.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface AuditWatchDeps {
  readonly trail: AuditTrail
  readonly log: Log
  readonly metrics: Metrics
  /** @default 300000 */
  readonly everyMs?: number
}

/** Hexadecimal digits of a hash that a float64 holds exactly. */
const exactDigits = 12

/**
 * MONEY 17: verifies the chain of the operators' actions and publishes its length and head.
 * Prometheus thereby keeps a copy of the head outside the database. Each check also requires the
 * head of the check before, so rows that were cut off or rewritten are noticed.
 */
export function createAuditWatch({ trail, log, metrics, everyMs }: AuditWatchDeps): Loop {
  let problem: string | undefined
  /** The last intact head. It stays required after a break, so the alarm does not end by itself. */
  let noted: string | undefined
  let reported: string | undefined

  function publish({ rows, head, broken, known }: AuditVerdict): void {
    const isIntact = broken === undefined && known
    metrics.gauge('coldsweep_audit_intact', {}, isIntact ? 1 : 0)
    metrics.gauge('coldsweep_audit_rows', {}, rows)
    metrics.gauge('coldsweep_audit_head', {}, Number.parseInt(head.slice(0, exactDigits), 16))
    const why = broken ? `row ${broken.id} is ${broken.why}` : `head ${noted} is gone`
    if (isIntact) noted = head
    else if (reported !== why) log.error({ rows, why }, 'audit trail was changed')
    reported = isIntact ? undefined : why
  }

  return {
    name: 'audit',
    problem: () => problem,
    async run(stop) {
      while (!stop.aborted) {
        problem = await trail.verify(noted).then(
          (verdict) => {
            publish(verdict)
            return undefined
          },
          (error: unknown) => `reading the audit trail failed: ${errorMessage(error)}`,
        )
        await sleep(problem === undefined ? (everyMs ?? 300_000) : 10_000, stop)
      }
    },
  }
}
