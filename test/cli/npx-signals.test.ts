import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPortHolder } from '../../adapters/http/port-holder.ts'
import { processEnvironment } from '../../config/env/env.ts'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

const npx = join(dirname(process.execPath), 'npx')

describe('a process that npx started', () => {
  let deployment: OwnDeployment
  beforeEach(async () => {
    deployment = await ownDeployment()
  })
  afterEach(async () => {
    await deployment.close()
  })

  const logOf = ({ logFile }: StartedProcess) => readFileSync(logFile, 'utf8')

  /** Starts `npx --no coldsweep <verb>` and returns npx and the port of the coldsweep process. */
  async function startByNpx(verb: 'scanner' | 'worker') {
    const started = deployment.startNode(verb, [npx, '--no', 'coldsweep', verb], {
      PATH: processEnvironment()['PATH'],
      HOME: processEnvironment()['HOME'],
    })
    const port = await eventually(
      () => /"port":(\d+)/.exec(logOf(started))?.[1],
      (found) => found !== undefined,
    )
    await eventually(
      async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status,
      (status) => status === 200,
    )
    return { started, port: Number(port) }
  }

  it.each([
    ['worker', 'SIGTERM'],
    ['scanner', 'SIGKILL'],
  ] as const)('%s stops after %s ended npx, and frees its port', async (verb, signal) => {
    const { started, port } = await startByNpx(verb)
    expect(await findPortHolder(port)).toContain(`coldsweep ${verb}`)
    process.kill(started.pid, signal)
    await eventually(
      () => findPortHolder(port),
      (holder) => holder === undefined,
    )
    expect(logOf(started)).toContain('package manager that started this process ended; stopping')
  })
})
