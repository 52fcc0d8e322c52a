import type { SweepInput, SweepView } from './contract.ts'

/**
 * The Web UI's current details, in Markdown: state, since when, why, and a table of transactions.
 */
export function renderDetails(input: SweepInput, view: SweepView): string {
  const lines = [`**${view.state}** since ${view.since}`]
  if (view.detail) lines.push('', view.detail)
  if (view.transactions.length > 0) {
    // The Web UI shows a narrow and low frame: what tells most comes first, hashes overflow last.
    lines.push('', '| step | outcome | amount | transaction |', '| --- | --- | --- | --- |')
    for (const t of view.transactions) {
      lines.push(`| ${t.step} | ${t.outcome} | ${t.amount} | \`${t.hash}\` |`)
    }
  }
  if (view.state.startsWith('needs-attention')) {
    lines.push(
      '',
      'When its cause is mended, release it:',
      '```',
      `coldsweep retry ${view.depositId} --operator <you> --reason <why>`,
      '```',
    )
  }
  lines.push('', `Deposit \`${view.depositId}\` in \`${input.wallet}\` on ${input.chainName}.`)
  if (view.state === 'waiting(approval)') {
    lines.push(
      '',
      'Somebody has to approve or skip it:',
      '```',
      `coldsweep approve ${view.depositId} --operator <you> --reason <why>`,
      `coldsweep skip ${view.depositId} --operator <you> --reason <why>`,
      '```',
    )
  }
  return lines.join('\n')
}
