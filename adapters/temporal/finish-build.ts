import { cpSync, writeFileSync } from 'node:fs'
import { bundleWorkflows } from './workflow-bundle.ts'

// The last step of `npm run build`, run from dist/. Writes the workflow bundle to the path that
// workflow-bundle.ts tries first, and copies the migrations, because the compiler skips SQL files.
const dist = new URL('../../', import.meta.url)
writeFileSync(new URL('workflow-bundle.js', dist), await bundleWorkflows())
cpSync(new URL('../drizzle/migrations', dist), new URL('drizzle/migrations', dist), {
  recursive: true,
})
