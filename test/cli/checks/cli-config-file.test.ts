import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { aChain, aFile } from '../../harness/factories/a-config.ts'
import { cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'

const { env, remove } = cliEnvironment({})
const nextTo = (name: string) => join(dirname(env['COLDSWEEP_CONFIG'] ?? ''), name)
afterAll(remove)

async function errorsOf(...more: string[]): Promise<string> {
  const { envelope } = await runCli(['config', 'check', '--offline', '--json', ...more], env)
  return JSON.stringify(envelope().errors)
}

test('config check --config checks that file in place of COLDSWEEP_CONFIG', async () => {
  const copy = nextTo('copy.yaml')
  writeFileSync(copy, aFile(aChain({ coldWalet: '0x' })))
  expect(await errorsOf()).not.toContain('coldWalet')
  expect(await errorsOf('--config', copy)).toContain('coldWalet')
  expect(await errorsOf('--config', nextTo('absent.yaml'))).toContain('absent.yaml')
})
