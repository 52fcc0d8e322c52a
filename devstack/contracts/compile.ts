/** `node --import tsx devstack/contracts/compile.ts` compiles every contract to its artifact. */
import { writeFileSync } from 'node:fs'
import { formatArtifact } from './artifact.ts'
import { compileContracts, contractsFolder } from './solidity.ts'

for (const [name, artifact] of compileContracts()) {
  const file = new URL(`${name}.artifact.json`, contractsFolder)
  writeFileSync(file, formatArtifact(artifact))
  console.log(`${name}.artifact.json: ${(artifact.bytecode.length - 2) / 2} bytes`)
}
