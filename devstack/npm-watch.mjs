// npm forwards signals, but it cannot forward a SIGKILL of itself. Plain Node, for boot.mjs.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const SHELLS = ['sh', 'dash', 'bash', 'zsh', 'ash', 'busybox']

/**
 * Calls `onGone` once when the npm that runs this script is gone. Without npm it is never called:
 * in that case the parent may be a shell, which may end before this process.
 */
export function whenNpmIsGone(onGone) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  // npm runs its scripts by `sh -c`. The shell may have replaced itself by this process, or may be
  // its parent.
  const shell = SHELLS.includes(lookUp(parent)?.name) ? parent : undefined
  const npm = shell === undefined ? parent : lookUp(shell)?.parent
  const timer = setInterval(() => {
    if (process.ppid === parent && (shell === undefined || lookUp(shell)?.parent === npm)) return
    clearInterval(timer)
    onGone()
  }, 500)
  timer.unref()
}

/** A process's name and parent; undefined when it is gone. */
function lookUp(pid) {
  try {
    if (process.platform === 'linux') {
      // `pid (name) state parent …`; the name may hold brackets
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const end = stat.lastIndexOf(')')
      const [, parent] = stat.slice(end + 2).split(' ')
      return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(parent) }
    }
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
    })
    const [, parent, path] = /^\s*(\d+)\s+(.+)$/m.exec(stdout)
    return { name: path.trim().split('/').at(-1).replace(/^-/, ''), parent: Number(parent) }
  } catch {
    return undefined
  }
}
