/** Options of `npm run test:faults`. Without that verb: FAULTS_SEED and FAULTS_RUNS. */
export function faultsOptions(): { readonly seed: number; readonly runs: number } {
  return {
    seed: Number(process.env['FAULTS_SEED'] ?? 1),
    runs: Number(process.env['FAULTS_RUNS'] ?? 20),
  }
}
