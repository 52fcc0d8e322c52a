import { readFileSync } from 'node:fs'

/** The process that started this one. */
export interface Parent {
  /** Read at the start of the program, because the parent may end while modules are loaded. */
  readonly pid: number
  /**
   * Whether a package manager (npm, npx, pnpm, yarn) started this process. A package manager that
   * is stopped may end without passing the signal on. Any other parent may end on purpose, such as
   * the shell of a worker that was started with nohup.
   */
  readonly isPackageManager: boolean
}

const pollMs = 500

/**
 * Calls `onExit` once when the package manager that started this process has ended. Without this
 * call the process would continue as an orphan that nobody stops. Returns a function that ends the
 * watch.
 */
export function watchParent(parent: Parent | undefined, onExit: () => void): () => void {
  if (!parent?.isPackageManager) return () => {}
  const shell = shellOf(parent.pid)
  const timer = setInterval(() => {
    // POSIX gives an orphan another parent.
    const parentOfShell = shell && readProcess(parent.pid)?.parent
    const isOrphan =
      process.ppid !== parent.pid ||
      (parentOfShell !== undefined && parentOfShell !== shell?.parent)
    if (!isOrphan) return
    clearInterval(timer)
    onExit()
  }, pollMs)
  timer.unref()
  return () => clearInterval(timer)
}

const shells = ['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'busybox']

/** npm starts a program through a shell, and the shell survives a killed npm. */
function shellOf(pid: number) {
  const found = readProcess(pid)
  return found && shells.includes(found.name) ? found : undefined
}

/** Name and parent of a process; undefined outside Linux, or after its end. */
function readProcess(pid: number): { readonly name: string; readonly parent: number } | undefined {
  try {
    const [, name = '', parent] =
      /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return parent === undefined ? undefined : { name, parent: Number(parent) }
  } catch {
    return undefined
  }
}
