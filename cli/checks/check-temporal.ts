import { inspectNamespace } from '../../adapters/temporal/inspect-namespace.ts'
import type { Needs } from '../../config/schema/config.ts'
import { explainError } from '../session/explain-error.ts'
import { withTemporal } from '../session/with-temporal.ts'
import { down, type Finding, warning, well } from './finding.ts'

const migrate = 'run "coldsweep migrate"'

/** Reachable, with our namespace and search attributes. */
export async function checkTemporal(temporal: Needs['temporal']): Promise<Finding[]> {
  const { address, namespace } = temporal
  try {
    const report = await withTemporal(temporal, inspectNamespace)
    if (report.kind === 'no-namespace') {
      const what = `${address} has no namespace ${namespace} yet`
      return [warning('temporal-namespace', 'TEMPORAL_NAMESPACE', what, migrate)]
    }
    const { missingSearchAttributes: missing } = report
    if (missing.length === 0) return [well('TEMPORAL_ADDRESS', `namespace ${namespace} is ready`)]
    const what = `namespace ${namespace} lacks the search attributes ${missing.join(', ')}`
    return [warning('temporal-attributes', 'TEMPORAL_NAMESPACE', what, migrate)]
  } catch (error) {
    const fix = 'look whether the Temporal server is up and reachable from here'
    return [down('TEMPORAL_ADDRESS', `${address}: ${explainError(error).message}`, fix)]
  }
}
