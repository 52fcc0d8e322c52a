import { describe, expect, it } from 'vitest'
import { law } from './law.ts'
import { type Arrow, arrowsIn, findCircle, roomOf } from './room-circles.ts'
import { sourceFiles } from './source-files.ts'

const files = sourceFiles()

/** Every folder of domain/ may import the shared values at the root of domain/. */
const isShared = ({ to }: Arrow) => roomOf(to) === 'domain'

describe('folders of a layer', () => {
  it.each(Object.keys(law))('imports between folders of %s form no cycle', (layer) => {
    expect(findCircle(arrowsIn(layer, files).filter((arrow) => !isShared(arrow)))).toEqual([])
  })

  it('shared values at the root of domain import no folder of domain', () => {
    const upward = arrowsIn('domain', files).filter(({ from }) => roomOf(from) === 'domain')
    expect(upward).toEqual([])
  })
})

describe('findCircle', () => {
  const arrow = (from: string, to: string): Arrow => ({ from, to })

  it('returns each step of a cycle with an import that causes it', () => {
    const arrows = [
      arrow('scanner/scan.ts', 'scanner/follow/a.ts'),
      arrow('scanner/follow/a.ts', 'scanner/detect/b.ts'),
      arrow('scanner/detect/c.ts', 'scanner/detect/inner/d.ts'),
      arrow('scanner/detect/inner/d.ts', 'scanner/follow/e.ts'),
    ]
    expect(findCircle(arrows)).toEqual([
      'scanner/follow → scanner/detect: scanner/follow/a.ts imports scanner/detect/b.ts',
      'scanner/detect → scanner/detect/inner: scanner/detect/c.ts imports scanner/detect/inner/d.ts',
      'scanner/detect/inner → scanner/follow: scanner/detect/inner/d.ts imports scanner/follow/e.ts',
    ])
  })

  it('returns an empty list if two paths lead to the same folder without a cycle', () => {
    const arrows = [
      arrow('cli/verbs/a.ts', 'cli/checks/b.ts'),
      arrow('cli/verbs/a.ts', 'cli/render/c.ts'),
      arrow('cli/checks/b.ts', 'cli/render/c.ts'),
    ]
    expect(findCircle(arrows)).toEqual([])
  })
})
