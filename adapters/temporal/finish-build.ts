import { cpSync, writeFileSync } from 'node:fs'
import { bundleWorkflows } from './workflow-bundle.ts'

// The last step of `npm run build`, run from dist/: the workflows' bundle where workflow-bundle.ts
// looks for it first, and the migrations, which are SQL and which the compiler leaves behind.
const dist = new URL('../../', import.meta.url)
writeFileSync(new URL('workflow-bundle.js', dist), await bundleWorkflows())
cpSync(new URL('../drizzle/migrations', dist), new URL('drizzle/migrations', dist), {
  recursive: true,
})
