import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './run-tool.ts'

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** What GitHub makes of a heading. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test.each(pages)('every link of %s leads somewhere', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    expect(existsSync(join(root, file)), `${page}: ${target}`).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(file), `${page}: ${target}`).toContain(anchor)
  }
})

test.each(pages)('every file of ours that %s names is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const rooms =
    'activities|adapters|cli|config|devstack|domain|drizzle|scanner|test|transactions|workers|workflows'
  const named = text.matchAll(new RegExp(`\`((?:${rooms})/[\\w./-]+)\``, 'g'))
  for (const [, file = ''] of named) {
    // What a folder's build or a reader makes, with a placeholder for its name, is not there yet.
    expect(existsSync(join(root, file)), `${page}: ${file}`).toBe(true)
  }
})
