import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runCli } from '../harness/processes/run-cli.ts'

const pageOf = (name: string) =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const runbook = pageOf('runbook.md')
const pages = ['runbook.md', 'planned-work.md', 'operating.md', 'configuration.md']

/**
 * Verbs and options of each command in the runbook: `coldsweep failures drop <message id>
 * --operator …` becomes `failures drop` and `--operator`.
 */
const commands = [
  ...`${runbook}${pageOf('planned-work.md')}`.matchAll(
    /(?:^|`)coldsweep ((?:[a-z]+(?:-[a-z]+)* ?)+)([^`\n#]*)/gm,
  ),
].map(([, verbs = '', rest = '']) => ({
  verbs: verbs.trim(),
  options: rest.match(/--[a-z]+(?:-[a-z]+)*/g) ?? [],
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
      const listed = stdout.match(/--[a-z]+(?:-[a-z]+)*/g)
      for (const option of options) expect(listed).toContain(option)
    },
  )

  it.each(pages)('a shell takes no placeholder of %s for a redirection', (page) => {
    const lines = [...pageOf(page).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
      block.split('\n'),
    )
    const commandOf = (line: string) => line.replace(/(?:^|\s)#.*$/, '')
    expect(lines.filter((line) => /<[a-z]/i.test(commandOf(line)))).toEqual([])
  })

  it('links only to existing headings', () => {
    const anchors = [...runbook.matchAll(/^#{2,3} (.*)$/gm)].map(([, title = '']) =>
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
