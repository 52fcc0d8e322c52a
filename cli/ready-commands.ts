import type { Environment } from '../config/secret-file.ts'
import { signalNames } from '../workflows/contract.ts'

/** Commands to copy. */
export interface ReadyCommands {
  readonly show: string
  readonly signal: string
  readonly retry: string
  readonly approve: string
  readonly skip: string
  /** The older client's forms. */
  readonly tctlShow: string
  readonly tctlSignal: string
}

const order = `'{"operator":"<you>","reason":"<why>"}'`

export function readyCommands(
  depositId: string,
  workflowId: string,
  env: Environment,
): ReadyCommands {
  const address = env['TEMPORAL_ADDRESS'] ?? 'localhost:7233'
  const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default'
  const where = `--address ${address} --namespace ${namespace}`
  const tctl = `tctl --address ${address} --namespace ${namespace} workflow`
  return {
    show: `temporal workflow show ${where} --workflow-id ${workflowId}`,
    signal: `temporal workflow signal ${where} --workflow-id ${workflowId} --name ${signalNames.retryNow} --input ${order}`,
    retry: `coldsweep retry ${depositId} --operator <you> --reason "<why>"`,
    approve: `coldsweep approve ${depositId} --operator <you> --reason "<why>"`,
    skip: `coldsweep skip ${depositId} --operator <you> --reason "<why>"`,
    tctlShow: `${tctl} show --workflow_id ${workflowId}`,
    tctlSignal: `${tctl} signal --workflow_id ${workflowId} --name ${signalNames.retryNow} --input ${order}`,
  }
}
