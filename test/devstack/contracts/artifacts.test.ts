import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatArtifact } from '../../../devstack/contracts/artifact.ts'
import { compileContracts, contractsFolder } from '../../../devstack/contracts/solidity.ts'

test('every committed artifact equals its compiled source, and every artifact has a source', () => {
  const compiled = [...compileContracts()].map(([name, artifact]) => [
    `${name}.artifact.json`,
    formatArtifact(artifact),
  ])
  const committed = readdirSync(contractsFolder)
    .filter((file) => file.endsWith('.artifact.json'))
    .map((file) => [file, readFileSync(new URL(file, contractsFolder), 'utf8')])
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(compiled))
})
