import type { SweepInput, SweepView } from './contract.ts'

/** The Web UI's current details, in Markdown: state, since when, why, and a table of transactions. */
export function renderDetails(input: SweepInput, view: SweepView): string {
  const lines = [`**${view.state}** since ${view.since}`]
  if (view.detail) lines.push('', view.detail)
  lines.push(
    '',
    `Deposit \`${view.depositId}\` of ${input.asset} in \`${input.wallet}\` on ${input.chainName}.`,
  )
  if (view.transactions.length > 0) {
    lines.push('', '| step | amount | transaction | outcome |', '| --- | --- | --- | --- |')
    for (const t of view.transactions) {
      lines.push(`| ${t.step} | ${t.amount} | \`${t.hash}\` | ${t.outcome} |`)
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
  return lines.join('\n')
}
