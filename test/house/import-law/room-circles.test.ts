import { describe, expect, it } from 'vitest'
import { law } from './law.ts'
import { type Arrow, arrowsIn, findCircle, roomOf } from './room-circles.ts'
import { sourceFiles } from './source-files.ts'

const files = sourceFiles()

/** Values at the root of domain/ lie below all of its rooms. */
const isShared = ({ to }: Arrow) => roomOf(to) === 'domain'

describe('rooms of a layer', () => {
  it.each(Object.keys(law))('%s: imports between rooms form no circle', (layer) => {
    expect(findCircle(arrowsIn(layer, files).filter((arrow) => !isShared(arrow)))).toEqual([])
  })

  it('domain: shared values at the root import no room', () => {
    const upward = arrowsIn('domain', files).filter(({ from }) => roomOf(from) === 'domain')
    expect(upward).toEqual([])
  })
})

describe('findCircle', () => {
  const arrow = (from: string, to: string): Arrow => ({ from, to })

  it('names each arrow of a circle with an import that makes it', () => {
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

  it('finds none where two paths lead to the same room', () => {
    const arrows = [
      arrow('cli/verbs/a.ts', 'cli/checks/b.ts'),
      arrow('cli/verbs/a.ts', 'cli/render/c.ts'),
      arrow('cli/checks/b.ts', 'cli/render/c.ts'),
    ]
    expect(findCircle(arrows)).toEqual([])
  })
})
