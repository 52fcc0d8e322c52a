/**
 * Re-exports everything that the surface snapshot imports from the product. So a commit that moves
 * or renames an export changes only this file. compiler.ts finds types by their name.
 */
import * as workflows from '../../../workflows/index.ts'

export { createActivities } from '../../../activities/index.ts'
export { parseEventBody } from '../../../adapters/amqplib/event-body.ts'
export { assertTopology } from '../../../adapters/amqplib/topology.ts'
export { parseWorkMessage } from '../../../adapters/amqplib/work-message.ts'
export { createMetrics } from '../../../adapters/prom-client/create-metrics.ts'
export { metricHelp } from '../../../adapters/prom-client/metric-help.ts'
export { run as runMain } from '../../../cli/main.ts'
export { buildProgram } from '../../../cli/program.ts'
export { exitCodes, formatEnvelope } from '../../../cli/session/outcome.ts'
export { processEnvironment } from '../../../config/env/env.ts'
export {
  environmentNames,
  needSchemas,
  needSecrets,
  processSchema,
  secretNames,
} from '../../../config/env/env-schema.ts'
export { ownKeyNames } from '../../../config/env/keeper-keys.ts'
export { fileSchema } from '../../../config/schema/file-schema.ts'
export { depositStates, terminalStates } from '../../../domain/deposits/deposit-state.ts'
export { operatorDoubts } from '../../../domain/deposits/doubt.ts'
export { transactionKey } from '../../../domain/lanes/transaction.ts'
export { isKnownReason } from '../../../operations/views/what-next.ts'
export {
  needsAttentionQuery,
  nonRetryableErrors,
  scheduleIds,
  searchAttributeNames,
  sweepTaskQueue,
  sweepWorkflowId,
  workflowTypes,
} from '../../../workflows/contract.ts'
export { workflows }
