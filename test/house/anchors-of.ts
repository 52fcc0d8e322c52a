import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-tool.ts'

/** The anchors that GitHub generates for the headings of a page. */
export function anchorsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
