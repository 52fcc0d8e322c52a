import { connectTemporal, type Temporal } from '../../adapters/temporal/connect-temporal.ts'
import type { Needs } from '../../config/schema/config.ts'

/**
 * Connects to Temporal for one verb, runs `work` and disconnects. Throws `TemporalUnreachable` or
 * `TemporalRefused`.
 */
export async function withTemporal<T>(
  options: Needs['temporal'],
  work: (temporal: Temporal) => Promise<T>,
): Promise<T> {
  const temporal = connectTemporal(options)
  try {
    return await work(temporal)
  } finally {
    await temporal.close()
  }
}
