import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../harness/waiting/eventually.ts'

const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const starter = `const [, program, ...args] = process.argv
  require('node:child_process').spawn(program, args, { stdio: 'inherit' })`

/**
 * Starts a parent that starts a child, and returns the parent and the pid of the child. The child
 * prints its pid, watches its parent, and exits with the parent.
 */
async function startPair(isPackageManager: boolean, shell?: string) {
  const module = JSON.stringify(new URL('../../runtime/parent-exit.ts', import.meta.url).href)
  const child = `import { watchParent } from ${module}
    watchParent({ pid: process.ppid, isPackageManager: ${isPackageManager} }, () => process.exit())
    console.log(process.pid)
    setTimeout(() => {}, 120_000)`
  const args = ['--import', 'tsx', '--input-type=module', '-e', child]
  // The `true` keeps the shell from replacing itself by the child.
  const command =
    shell === undefined
      ? [process.execPath, ...args]
      : [shell, '-c', '"$0" "$@"; true', process.execPath, ...args]
  const parent = spawn(process.execPath, ['-e', starter, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  const pid = Number(String(line))
  started.push(pid, parent.pid ?? 0)
  return { parent, pid }
}

async function kill(parent: ChildProcess): Promise<void> {
  parent.kill('SIGKILL')
  await once(parent, 'exit')
}

describe('watchParent', { timeout: 120_000 }, () => {
  it.each([
    ['without a shell', undefined],
    ['through a shell that survives', 'sh'],
  ] as const)('ends a process whose package manager was killed, started %s', async (_, shell) => {
    const { parent, pid } = await startPair(true, shell)
    await kill(parent)
    expect(
      await eventually(
        () => isAlive(pid),
        (alive) => !alive,
      ),
    ).toBe(false)
  })

  it('keeps a process whose parent is no package manager, such as a shell with nohup', async () => {
    const watched = await startPair(true)
    const kept = await startPair(false)
    await kill(kept.parent)
    await kill(watched.parent)
    // The watched process polls at the same interval, so the kept one has polled too.
    await eventually(
      () => isAlive(watched.pid),
      (alive) => !alive,
    )
    expect(isAlive(kept.pid)).toBe(true)
  })
})
