import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { Worker } from '@temporalio/worker'
import { beforeAll, expect, test } from 'vitest'
import { bundleWorkflows, workflowBundlePath } from '../../adapters/temporal/workflow-bundle.ts'

/**
 * Replays recorded histories on the current workflows. Each history is of a sweep on a real
 * Temporal server, one for each path and version. Tests that run with RECORD_HISTORIES=1 record
 * them.
 */
const folder = fileURLToPath(new URL('histories/', import.meta.url))
const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
const paths = ['native', 'token', 'keeper-short', 'gas-signal-lost', 'released-by-operator']

let bundle: { codePath: string }
let twin: { code: string }

beforeAll(async () => {
  bundle = { codePath: await workflowBundlePath() }
  twin = { code: await bundleWorkflows(fileURLToPath(new URL('broken-twin.ts', import.meta.url))) }
})

const read = (name: string) => historyFromJSON(JSON.parse(readFileSync(folder + name, 'utf8')))

test('every path has a recorded history', () => {
  for (const path of paths)
    expect(names.filter((n) => n.startsWith(path)).length).toBeGreaterThan(0)
})

for (const name of names) {
  test(`${name} replays on the current workflows`, async () => {
    await Worker.runReplayHistory({ workflowBundle: bundle }, read(name))
  })
}

for (const name of names) {
  test(`${name} fails to replay on an incompatible workflow`, async () => {
    const replay = Worker.runReplayHistory({ workflowBundle: twin }, read(name))
    await expect(replay).rejects.toMatchObject({ name: 'DeterminismViolationError' })
  })
}

test('no recorded history contains a key, signed bytes or a URL', () => {
  for (const name of names) {
    const text = readFileSync(folder + name, 'utf8')
    expect(text).not.toMatch(/https?:\/\/|wss?:\/\//)
    // Signed bytes are longer than any hash. Payloads are base64, so the test decodes them.
    for (const [, data = ''] of text.matchAll(/"data": "([^"]+)"/g)) {
      const decoded = Buffer.from(data, 'base64').toString('utf8')
      expect(decoded).not.toMatch(/0x[0-9a-f]{100,}/i)
      expect(decoded).not.toMatch(/private|https?:\/\//i)
    }
  }
})
