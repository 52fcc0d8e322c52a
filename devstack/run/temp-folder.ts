import { realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'

/**
 * Returns the folder in which all runs create their folders. The path is the real path, because
 * macOS's temp folder is a link and a run recognises its processes by this path. Under root,
 * PostgreSQL runs as another user, who needs access to the folder. If TMPDIR gives other users no
 * access, root therefore uses /tmp.
 */
export function tempFolder(): string {
  const folder = realpathSync(tmpdir())
  return process.getuid?.() === 0 && !isOpenToOthers(folder) ? realpathSync('/tmp') : folder
}

function isOpenToOthers(folder: string): boolean {
  const mayEnter = (statSync(folder).mode & 0o001) !== 0
  return mayEnter && (folder === '/' || isOpenToOthers(dirname(folder)))
}
