// npm run test:faults [-- --seed N --runs N <vitest's arguments> --yes --keep]
//
// Runs the long tests of test/faults: processes killed at every named point, seeded random runs,
// and many deposits at once. Boots the services as `npm test` does. Ends with figures, and with
// `N passed, N failed` alone on the last line of stdout. `--seed` (default: random) is the seed of
// the first run, and each further run uses the next number. `--runs` is the number of runs (default
// 20). `npm run test:faults -- test/faults/random-runs --seed 7 --runs 1` repeats one run.
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { describeFigures, readFigures } from './fault-figures.ts'
import { runVerb } from './run/verb.ts'
import { startStack } from './services/stack-of-services.ts'
import { readReport, summarise } from './summary-line.ts'

const OWN_FLAGS = ['--yes', '--keep']
const OWN_NUMBERS = ['--seed', '--runs']

await runVerb(async () => {
  const args = process.argv.slice(2)
  const seed = numberAfter(args, '--seed') ?? randomInt(1, 1_000_000_000)
  const runs = numberAfter(args, '--runs') ?? 20
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs) || runs < 0) {
    console.error('usage: npm run test:faults -- --seed <number> --runs <number>')
    return 2
  }
  console.log(`seed ${seed}, ${runs} random runs`)
  const stack = await startStack({
    need: ['postgres', 'redis', 'rabbitmq', 'temporal'],
    yes: args.includes('--yes'),
  })
  const reportFile = join(stack.run.logFolder, 'vitest.json')
  const figuresFile = join(stack.run.logFolder, 'figures.jsonl')
  const vitest = stack.run.start({
    name: 'vitest',
    command: process.execPath,
    args: [
      ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.faults.config.ts'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
      ...forVitest(args),
    ],
    env: {
      ...process.env,
      ...stack.env,
      FAULTS_SEED: String(seed),
      FAULTS_RUNS: String(runs),
      FAULTS_FIGURES: figuresFile,
    },
    output: 'inherit',
  })
  const vitestExitCode = await vitest.ended
  const { line, exitCode } = summarise(readReport(reportFile), vitestExitCode)
  const figures = readFigures(figuresFile)
  await stack.stop({ failed: exitCode !== 0, keep: args.includes('--keep') })
  for (const said of describeFigures(figures)) console.log(said)
  console.log(line)
  return exitCode
})

function numberAfter(args: readonly string[], name: string): number | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : Number(args[at + 1])
}

function forVitest(args: readonly string[]): string[] {
  return args.filter(
    (arg, n) =>
      !OWN_FLAGS.includes(arg) &&
      !OWN_NUMBERS.includes(arg) &&
      !OWN_NUMBERS.includes(args[n - 1] ?? ''),
  )
}
