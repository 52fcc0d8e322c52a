import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { startVerb } from '../harness/processes/verb-process.ts'

// Returns a module that is loaded before boot.mjs. It changes process.versions, where boot.mjs
// reads the version.
const pretend = (version: string) =>
  `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`

test.each(['18.20.4', '20.18.1', '21.7.3', '22.11.0', '23.1.0'])(
  'boot.mjs rejects Node %s with one line and exit code 2',
  async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'coldsweep-test-'))
    try {
      const preload = join(folder, 'pretend.mjs')
      writeFileSync(preload, pretend(version))
      const nodeArgs = ['--import', pathToFileURL(preload).href]
      const verb = startVerb(['stack', 'redis'], { nodeArgs })
      expect(await verb.ended).toBe(2)
      expect(verb.stderr().trim().split('\n')).toHaveLength(1)
      expect(verb.stderr()).toContain(version)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
