/** What needs a person, as the Web UI's query. */
export const NEEDS_ATTENTION = "SweepState = 'needs-attention' AND ExecutionStatus = 'Running'"

/** Without the schedules' runs, which come every few seconds. */
const SWEEPS = "WorkflowType IN ('nativeSweep', 'tokenSweep')"

export function webUiPages(
  ui: string,
  namespace: string,
): { sweeps: string; needsAttention: string } {
  const page = (query: string) =>
    `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`
  return { sweeps: page(SWEEPS), needsAttention: page(NEEDS_ATTENTION) }
}
