import type { OwnDeployment } from './own-deployment.ts'

type Row = Readonly<Record<string, string | null>>

/** Sums of a deployment's exports, in the smallest units, under the names that reconcile uses. */
export async function exportSums(d: OwnDeployment) {
  const rowsOf = async (kind: string): Promise<Row[]> => {
    const words = ['--from', '2020-01-01', '--format', 'json']
    const { stdout, stderr, exitCode } = await d.cli('export', kind, ...words)
    if (exitCode !== 0) throw new Error(stderr)
    const lines = stdout.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line))
  }
  const [deposits, sweeps, gas] = await Promise.all(['deposits', 'sweeps', 'gas'].map(rowsOf))
  if (!deposits || !sweeps || !gas) throw new Error('an export is missing')
  const sum = (rows: readonly Row[], column: string) =>
    String(rows.reduce((total, row) => total + BigInt(row[column] ?? 0), 0n))
  const sent = gas.filter(({ kind, succeeded }) => kind === 'gas' && succeeded === 'true')
  const feesOf = (payer: string) =>
    sum(
      gas.filter(({ paidBy }) => paidBy === payer),
      'feeWei',
    )
  return {
    /** @param token lower case; null for the native coin */
    asset(token: string | null) {
      const own = (rows: readonly Row[]) =>
        rows.filter((row) => (row['token']?.toLowerCase() ?? null) === token)
      return { deposits: sum(own(deposits), 'amount'), arrived: sum(own(sweeps), 'arrived') }
    },
    native: { gas: sum(sent, 'valueWei'), fees: feesOf('wallet') },
    keeper: { sent: sum(sent, 'valueWei'), fees: feesOf('keeper') },
    shares: sum(deposits, 'gasShareWei'),
    gasOfSweeps: sum(sweeps, 'gasWei'),
  }
}
