import type { SweepInput, SweepView } from './contract.ts'

/**
 * Renders a run's current details for Temporal's Web UI, in Markdown: state, since, reason, and a
 * table of transactions.
 */
export function renderDetails(input: SweepInput, view: SweepView): string {
  const lines = [`**${view.state}** since ${view.since}`]
  if (view.detail) lines.push('', view.detail)
  if (view.transactions.length > 0) {
    // The Web UI's frame is narrow: hashes come last, where they may overflow.
    lines.push('', '| step | outcome | amount | transaction |', '| --- | --- | --- | --- |')
    for (const t of view.transactions) {
      lines.push(`| ${t.step} | ${t.outcome} | ${t.amount} | \`${t.hash}\` |`)
    }
  }
  if (view.state.startsWith('needs-attention')) {
    lines.push(
      '',
      'When the cause is fixed, retry:',
      '```',
      `coldsweep retry ${view.depositId} --operator "$(id -un)" --reason "WHY"`,
      '```',
    )
  }
  lines.push('', `Deposit \`${view.depositId}\` in \`${input.wallet}\` on ${input.chainName}.`)
  if (view.state === 'waiting(approval)') {
    lines.push(
      '',
      'A person must approve or skip it:',
      '```',
      `coldsweep approve ${view.depositId} --operator "$(id -un)" --reason "WHY"`,
      `coldsweep skip ${view.depositId} --operator "$(id -un)" --reason "WHY"`,
      '```',
    )
  }
  return lines.join('\n')
}
