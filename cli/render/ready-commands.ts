import type { Environment } from '../../config/env/secret-file.ts'
import { signalNames } from '../../workflows/contract.ts'

/** Shell commands about one deposit, which an operator can copy. */
export interface ReadyCommands {
  readonly show: string
  readonly signal: string
  readonly retry: string
  readonly approve: string
  readonly skip: string
  /** Ends an operator's pause of this deposit. `resumeChain` ends a pause of the whole chain. */
  readonly resume: string
  readonly resumeChain: string
  readonly resumeAsset: string
  readonly recover: string
  /** `show` and `signal` for tctl, the older Temporal client. */
  readonly tctlShow: string
  readonly tctlSignal: string
}

const order = `'{"operator":"YOUR_NAME","reason":"WHY"}'`

export function readyCommands(
  { id, chainId, asset }: { readonly id: string; readonly chainId: number; readonly asset: string },
  workflowId: string,
  env: Environment,
): ReadyCommands {
  const address = env['TEMPORAL_ADDRESS'] ?? 'localhost:7233'
  const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default'
  const where = `--address ${address} --namespace ${namespace}`
  // The login name signs the order. A placeholder in <> would be a redirection of the shell.
  const signed = '--operator "$(id -un)" --reason "WHY"'
  const tctl = `tctl --address ${address} --namespace ${namespace} workflow`
  return {
    show: `temporal workflow show ${where} --workflow-id ${workflowId}`,
    signal: `temporal workflow signal ${where} --workflow-id ${workflowId} --name ${signalNames.retryNow} --input ${order}`,
    retry: `coldsweep retry ${id} ${signed}`,
    approve: `coldsweep approve ${id} ${signed}`,
    skip: `coldsweep skip ${id} ${signed}`,
    resume: `coldsweep resume ${id} ${signed}`,
    resumeChain: `coldsweep resume --chain ${chainId} ${signed}`,
    resumeAsset: `coldsweep resume --asset ${asset} --chain ${chainId} ${signed}`,
    recover: `coldsweep recover --chain ${chainId} --dry-run ${signed}`,
    tctlShow: `${tctl} show --workflow_id ${workflowId}`,
    tctlSignal: `${tctl} signal --workflow_id ${workflowId} --name ${signalNames.retryNow} --input ${order}`,
  }
}
