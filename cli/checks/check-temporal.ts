import { inspectNamespace } from '../../adapters/temporal/inspect-namespace.ts'
import type { Needs } from '../../config/schema/config.ts'
import { explainError } from '../session/explain-error.ts'
import { withTemporal } from '../session/with-temporal.ts'
import { unreachable, type CheckResult, warning, passed } from './check-result.ts'

const migrate = 'run "coldsweep migrate"'

/** Checks that Temporal is reachable and has the namespace and its search attributes. */
export async function checkTemporal(temporal: Needs['temporal']): Promise<CheckResult[]> {
  const { address, namespace } = temporal
  try {
    const report = await withTemporal(temporal, inspectNamespace)
    if (report.kind === 'no-namespace') {
      const what = `namespace ${namespace} does not exist on ${address} yet`
      return [warning('temporal-namespace', 'TEMPORAL_NAMESPACE', what, migrate)]
    }
    const { missingSearchAttributes: missing } = report
    if (missing.length === 0) return [passed('TEMPORAL_ADDRESS', `namespace ${namespace} is ready`)]
    const what = `namespace ${namespace} has no search attributes ${missing.join(', ')}`
    return [warning('temporal-attributes', 'TEMPORAL_NAMESPACE', what, migrate)]
  } catch (error) {
    const fix = 'check that the Temporal server is running and reachable'
    return [unreachable('TEMPORAL_ADDRESS', `${address}: ${explainError(error).message}`, fix)]
  }
}
