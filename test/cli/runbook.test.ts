import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runCli } from '../harness/processes/run-cli.ts'

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')

/**
 * Verbs and options of each command in the runbook: `coldsweep failures drop <message id>
 * --operator …` becomes `failures drop` and `--operator`.
 */
const commands = [
  ...runbook.matchAll(/(?:^|`)coldsweep ((?:[a-z]+(?:-[a-z]+)* ?)+)([^`\n#]*)/gm),
].map(([, verbs = '', rest = '']) => ({
  verbs: verbs.trim(),
  options: rest.match(/--[a-z]+/g) ?? [],
}))

describe('the runbook', () => {
  it('contains commands', () => {
    expect(commands.length).toBeGreaterThan(20)
  })

  it.each(commands)(
    'uses only existing verbs and options: $verbs $options',
    async ({ verbs, options }) => {
      const { code, stdout } = await runCli([...verbs.split(' '), '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain(`Usage: coldsweep ${verbs} `)
      for (const option of options) expect(stdout).toContain(option)
    },
  )

  it('links only to existing headings', () => {
    const anchors = [...runbook.matchAll(/^## (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^a-z ]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const [, anchor = ''] of runbook.matchAll(/\]\(#([a-z-]+)\)/g)) {
      expect(anchors).toContain(anchor)
    }
  })
})
