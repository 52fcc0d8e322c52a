import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new cache folder and a new PATH, with shell scripts instead of programs. */
export interface FakePrograms {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** @returns the path of the script */
  write(path: string, body: string): string
  inPath(name: string, body: string): string
  /** Adds a fake Go toolchain that "builds" `name` after a delay and records each call. */
  goThatBuilds(name: string, body: string): void
  /** Arguments of each call of Go, one line a call. */
  asked(): string
  remove(): void
}

export function fakePrograms(): FakePrograms {
  const folder = mkdtempSync(join(tmpdir(), 'coldsweep-test-'))
  mkdirSync(join(folder, 'bin'))
  const programs: FakePrograms = {
    folder,
    env: { XDG_CACHE_HOME: folder, PATH: `${join(folder, 'bin')}:/usr/bin:/bin` },
    write(path, body) {
      writeFileSync(path, `#!/bin/sh\n${body}\n`)
      chmodSync(path, 0o755)
      return path
    },
    inPath: (name, body) => programs.write(join(folder, 'bin', name), body),
    goThatBuilds(name, body) {
      programs.inPath(
        'go',
        `echo "$@" >> ${folder}/asked
         sleep 0.3
         printf '#!/bin/sh\\n%s\\n' "${body}" > $GOBIN/${name} && chmod 755 $GOBIN/${name}`,
      )
    },
    asked: () => readFileSync(join(folder, 'asked'), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  return programs
}
