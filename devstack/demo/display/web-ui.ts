/** Web UI query for sweeps that need an operator. */
export const NEEDS_ATTENTION = "SweepState = 'needs-attention' AND ExecutionStatus = 'Running'"

/** Leaves out workflows of schedules, which start every few seconds. */
const SWEEPS = "WorkflowType IN ('nativeSweep', 'tokenSweep')"

export function webUiPages(
  ui: string,
  namespace: string,
): { sweeps: string; needsAttention: string } {
  const page = (query: string) =>
    `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`
  return { sweeps: page(SWEEPS), needsAttention: page(NEEDS_ATTENTION) }
}
