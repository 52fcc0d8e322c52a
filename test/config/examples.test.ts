import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { environmentNames, keeperKeyName, namesOfNeed } from '../../config/env/env-schema.ts'
import { parseFile } from '../../config/file/parse-file.ts'
import type { Need } from '../../config/schema/config.ts'
import { needs as scannerNeeds } from '../../scanner/main-parts.ts'
import { needs as workerNeeds } from '../../workers/main-parts.ts'
import { coldWallet, keeper } from '../harness/factories/a-config.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

const exampleOf = (name: string) =>
  [...read(`deploy/env/${name}.env.example`).matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(
    ([, it = '']) => it,
  )

const httpNames = ['HTTP_HOST', 'HTTP_PORT']
const every: readonly Need[] = [
  'database',
  'central',
  'redis',
  'rabbitmq',
  'temporal',
  'keeperKeys',
]

const processes: readonly [string, readonly Need[], readonly string[]][] = [
  ['scanner', scannerNeeds, httpNames],
  ['worker', workerNeeds, httpNames],
  ['operator', every.filter((need) => need !== 'keeperKeys'), []],
]

test.each(processes)(
  'the example environment of the %s has its variables and no other',
  (name, needs, http) => {
    const absent = every.filter((need) => !needs.includes(need)).flatMap(namesOfNeed)
    const expected = environmentNames.filter(
      (it) => !absent.includes(it) && (http.length > 0 || !httpNames.includes(it)),
    )
    expect(exampleOf(name).sort()).toEqual([...expected].sort())
  },
)

test('only the example environment of the worker has the key of the gas keeper', () => {
  const withKey = ['scanner', 'worker', 'operator'].filter((name) =>
    read(`deploy/env/${name}.env.example`).includes(keeperKeyName),
  )
  expect(withKey).toEqual(['worker'])
})

test("coldsweep.example.yaml is valid once the operator's addresses are filled in", () => {
  const text = read('coldsweep.example.yaml')
    .replaceAll('<your cold wallet>', coldWallet)
    .replaceAll('<your gas keeper>', keeper)
  const { file, errors } = parseFile(text)
  expect(errors).toEqual([])
  expect(file?.chains.map(({ name }) => name)).toEqual(['bsc', 'ethereum'])
})

test('coldsweep.example.yaml is rejected only for its address placeholders', () => {
  const { errors } = parseFile(read('coldsweep.example.yaml'))
  expect(errors.map(({ path }) => path)).toEqual([
    'chains[0].coldWallet',
    'chains[0].gasKeeper.address',
    'chains[1].coldWallet',
    'chains[1].gasKeeper.address',
  ])
})

test('the optional part of coldsweep.example.yaml shows the defaults', () => {
  const text = read('coldsweep.example.yaml')
    .replaceAll('<your cold wallet>', coldWallet)
    .replaceAll('<your gas keeper>', keeper)
  const withoutOptional = text.slice(0, text.indexOf('# Everything below is optional'))
  expect(parseFile(withoutOptional).file).toMatchObject({
    ...parseFile(text).file,
    chains: expect.any(Array),
  })
})
