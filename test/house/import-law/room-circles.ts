import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { root } from '../run-tool.ts'
import { importsOf } from './imports-of.ts'
import { layerOf } from './law.ts'

/** One import between two rooms (folders of a layer), as the paths of its two files. */
export interface Arrow {
  readonly from: string
  readonly to: string
}

/** Returns the room of a file, which is the file's folder. The root of a layer is a room too. */
export const roomOf = (file: string): string => dirname(file)

/** Returns the imports between different rooms of a layer, including imports of types. */
export function arrowsIn(layer: string, files: readonly string[]): readonly Arrow[] {
  return files
    .filter((file) => layerOf(file) === layer)
    .flatMap((from) =>
      importsOf(from, readFileSync(join(root, from), 'utf8'))
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => ({ from, to: posix.join(posix.dirname(from), specifier) }))
        .filter(({ to }) => layerOf(to) === layer && roomOf(to) !== roomOf(from)),
    )
}

/**
 * Finds a cycle of imports between rooms.
 * @returns one line for each step of the first cycle, with an import that causes the step; empty
 * without a cycle
 */
export function findCircle(arrows: readonly Arrow[]): readonly string[] {
  const next = new Map<string, Map<string, Arrow>>()
  for (const arrow of arrows) {
    const targets = next.get(roomOf(arrow.from)) ?? new Map<string, Arrow>()
    if (!targets.has(roomOf(arrow.to))) targets.set(roomOf(arrow.to), arrow)
    next.set(roomOf(arrow.from), targets)
  }
  const done = new Set<string>()
  const visit = (room: string, path: readonly string[]): readonly string[] => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room]
    if (done.has(room)) return []
    for (const target of next.get(room)?.keys() ?? []) {
      const circle = visit(target, [...path, room])
      if (circle.length > 0) return circle
    }
    done.add(room)
    return []
  }
  for (const room of next.keys()) {
    const circle = visit(room, [])
    if (circle.length > 0)
      return circle.slice(1).map((to, index) => {
        const arrow = next.get(circle[index] ?? '')?.get(to)
        return `${circle[index]} → ${to}: ${arrow?.from} imports ${arrow?.to}`
      })
  }
  return []
}
