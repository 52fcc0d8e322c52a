// npm test [-- <vitest's arguments> --yes --keep]
//
// Boots PostgreSQL, Redis, RabbitMQ and Temporal, and runs vitest against them. The last line of
// stdout is only `N passed, N failed`. `npm test -- test/scanner` runs one folder. `--keep` also
// keeps the services' logs of a passed run. `--yes` allows apt-get to install missing services.
import { join } from 'node:path'
import { runVerb } from './run/verb.ts'
import { startStack } from './services/stack-of-services.ts'
import { readReport, summarise } from './summary-line.ts'

const OWN_FLAGS = ['--yes', '--keep']

await runVerb(async () => {
  const args = process.argv.slice(2)
  const stack = await startStack({
    need: ['postgres', 'redis', 'rabbitmq', 'temporal'],
    yes: args.includes('--yes'),
  })
  const reportFile = join(stack.run.logFolder, 'vitest.json')
  const vitest = stack.run.start({
    name: 'vitest',
    command: process.execPath,
    args: [
      ...['node_modules/vitest/vitest.mjs', 'run'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
      ...args.filter((arg) => !OWN_FLAGS.includes(arg)),
    ],
    env: { ...process.env, ...stack.env },
    output: 'inherit',
  })
  const vitestExitCode = await vitest.ended
  const { line, exitCode } = summarise(readReport(reportFile), vitestExitCode)
  await stack.stop({ failed: exitCode !== 0, keep: args.includes('--keep') })
  console.log(line)
  return exitCode
})
