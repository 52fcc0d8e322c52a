import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../../cli/coldsweep.mjs', import.meta.url))

// Each test starts processes. That takes a second on an idle machine, and longer on a busy one.
describe('coldsweep as a program', { timeout: 120_000 }, () => {
  it('runs the TypeScript of a checkout from any folder and returns its exit code', () => {
    const options = { cwd: '/', encoding: 'utf8' } as const
    const help = spawnSync(process.execPath, [bin, '--help'], options)
    expect([help.status, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toContain('Usage: coldsweep')
    const wrong = spawnSync(process.execPath, [bin, 'swep', '--json'], options)
    expect(wrong.status).toBe(2)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ v: 1, ok: false })
  })

  it('shows its help without loading a driver', () => {
    const script = `
      const { run } = await import(${JSON.stringify(new URL('../../cli/main.ts', import.meta.url).href)})
      await run(['--help'], { env: {}, colour: false, stdout() {}, stderr() {} })
      const { createRequire } = await import('node:module')
      console.log(Object.keys(createRequire(import.meta.url).cache).filter((path) => /node_modules.(postgres|amqplib|ioredis|@temporalio|pino)./.test(path)).join())`
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    )
    expect([status, stdout.trim()]).toEqual([0, ''])
  })
})
