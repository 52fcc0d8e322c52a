/** What needs a person, as the Web UI's query. */
export const NEEDS_ATTENTION = "SweepState = 'needs-attention' AND ExecutionStatus = 'Running'"

export function webUiPages(ui: string, namespace: string): { all: string; needsAttention: string } {
  const all = `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows`
  return { all, needsAttention: `${all}?query=${encodeURIComponent(NEEDS_ATTENTION)}` }
}
