import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './run-tool.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')

test('the README fits on one screen', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(50)
})

test('every page of docs is linked from the README, or from a page that the README links', () => {
  const linksOf = (text: string) =>
    [...text.matchAll(/\]\((?:docs\/)?([\w-]+\.md)[)#]/g)].map(([, page = '']) => page)
  const first = linksOf(readme).filter((page) => !/^[A-Z]/.test(page))
  const second = first.flatMap((page) => linksOf(readFileSync(join(root, 'docs', page), 'utf8')))
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  expect(pages.length).toBeGreaterThan(10)
  for (const page of pages) expect([...first, ...second]).toContain(page)
})
