import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ConfigInput, configKeys, describeKey, environmentName, loadConfig } from './config.ts'
import { Problem } from './errors.ts'

const nowhere = join(tmpdir(), 'rollcall-no-such-file.yaml')
const switches = { kind: false, strict: false, keep: false, disruptive: false, down: false }
const defaults = { ...switches, reports: 'reports', readyTimeout: 180 }

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-config-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

async function fileOf(text: string): Promise<string> {
  const file = join(await folder(), 'rollcall.yaml')
  await writeFile(file, text)
  return file
}

function problemOf(flags: ConfigInput, env: NodeJS.ProcessEnv = {}, file = nowhere): string {
  try {
    loadConfig(flags, env, file)
  } catch (error) {
    if (error instanceof Problem && error.exitCode === 2) return error.message
    throw error
  }
  throw new Error('there is no problem')
}

describe('loadConfig', () => {
  test('has a default for what must have a value, and nothing for the rest', () => {
    expect(loadConfig({}, {}, nowhere)).toEqual(defaults)
    expect(Object.isFrozen(loadConfig({}, {}, nowhere))).toBe(true)
  })

  test('takes the flag over the environment over the file over the default', async () => {
    const file = await fileOf('reports: file\nreadyTimeout: 10\nstrict: true\nkeep: yes\ncontext: file\n')
    const env = { ROLLCALL_REPORTS: 'environment', ROLLCALL_READY_TIMEOUT: '20', ROLLCALL_STRICT: 'false' }
    expect(loadConfig({ reports: 'flag' }, env, file)).toEqual({
      ...defaults,
      context: 'file',
      keep: true,
      readyTimeout: 20,
      reports: 'flag',
    })
  })

  test('takes every kind of value from every source', async () => {
    const wanted = {
      context: 'c',
      kubeconfig: '/k',
      namespace: 'n-1',
      strict: true,
      keep: true,
      stage: 'abc123',
      disruptive: true,
      down: true,
      kind: false,
      reports: 'r',
      readyTimeout: 5,
      imagesFrom: 'registry.example.test:5000/mirror/of-hub',
    }
    expect(loadConfig(wanted, {}, nowhere)).toEqual(wanted)
    const env = Object.fromEntries(configKeys.map((key) => [environmentName(key), String(wanted[key])]))
    expect(loadConfig({}, env, nowhere)).toEqual(wanted)
    expect(loadConfig({}, {}, await fileOf(JSON.stringify(wanted)))).toEqual(wanted)
  })

  test('takes an empty variable and an undefined flag for unset', () => {
    expect(loadConfig({ context: undefined }, { ROLLCALL_CONTEXT: '', ROLLCALL_STRICT: '' }, nowhere)).toEqual(defaults)
  })

  test('takes an empty file for none', async () => {
    expect(loadConfig({}, {}, await fileOf('# nothing yet\n'))).toEqual(defaults)
  })
})

describe('the Kind cluster', () => {
  const elsewhere = 'context: c\nkubeconfig: /k\nnamespace: team\nimagesFrom: r.example.test\nstrict: true\n'

  test('is meant where it is asked for, with nothing that weaker sources say of another one', async () => {
    const file = await fileOf(elsewhere)
    expect(loadConfig({ kind: true }, { ROLLCALL_CONTEXT: 'd' }, file)).toEqual({
      ...defaults,
      kind: true,
      strict: true,
    })
    expect(loadConfig({ namespace: 'own' }, { ROLLCALL_KIND: '1' }, file)).toMatchObject({
      ...{ kind: true, namespace: 'own' },
      context: undefined,
    })
  })

  test('gives way to a cluster that a stronger source names', async () => {
    const file = await fileOf('kind: true\n')
    expect(loadConfig({}, { ROLLCALL_CONTEXT: 'd' }, file)).toEqual({ ...defaults, context: 'd' })
    expect(loadConfig({ kubeconfig: '/k' }, { ROLLCALL_KIND: '1', ROLLCALL_CONTEXT: 'd' }, file)).toEqual({
      ...defaults,
      kubeconfig: '/k',
      context: 'd',
    })
  })

  test('and another one cannot both be meant', () => {
    expect(problemOf({ kind: true, context: 'c' })).toBe('--kind and --context name a cluster each; say one of them.')
    expect(problemOf({}, { ROLLCALL_KIND: 'true', ROLLCALL_KUBECONFIG: '/k' })).toBe(
      'ROLLCALL_KIND and ROLLCALL_KUBECONFIG name a cluster each; say one of them.',
    )
  })
})

describe('a setting that is wrong', () => {
  test.for([
    [{ namespace: 'Not_A_Name' }, '--namespace is "Not_A_Name", which is wrong: not a namespace name.'],
    [{ stage: 'abc' }, '--stage is "abc", which is wrong: not a run id.'],
    [{ readyTimeout: '1h' }, '--ready-timeout is "1h", which is wrong: Invalid input: expected number, received NaN.'],
    [{ readyTimeout: '4' }, '--ready-timeout is "4", which is wrong: Too small: expected number to be >=5.'],
    [{ readyTimeout: 4000 }, '--ready-timeout is 4000, which is wrong: Too big: expected number to be <=3600.'],
    [
      { readyTimeout: '5.5' },
      '--ready-timeout is "5.5", which is wrong: Invalid input: expected int, received number.',
    ],
    ...['https://registry.example.test', 'registry.example.test/', 'registry.example.test/Mirror', 'r:x/y'].map(
      (imagesFrom) =>
        [
          { imagesFrom },
          `--images-from is "${imagesFrom}", which is wrong: not a registry with or without a path, such as registry.example.com/mirror.`,
        ] as const,
    ),
    [{ context: '' }, '--context is "", which is wrong: Too small: expected string to have >=1 characters.'],
  ] as const)('is named with its flag: %j', ([flags, message]) => {
    expect(problemOf(flags)).toBe(message)
  })

  test('is named with its variable', () => {
    expect(problemOf({}, { ROLLCALL_KEEP: 'perhaps' })).toBe(
      'ROLLCALL_KEEP is "perhaps", which is wrong: Invalid option: expected one of "true"|"1"|"yes"|"on"|"y"|"enabled"|"false"|"0"|"no"|"off"|"n"|"disabled".',
    )
  })

  test('is named with its key and file', async () => {
    const file = await fileOf('context: 7\n')
    expect(problemOf({}, {}, file)).toBe(
      `key context of ${file} is 7, which is wrong: Invalid input: expected string, received number.`,
    )
  })
})

describe('a file that is wrong', () => {
  test('has an unknown key', async () => {
    const file = await fileOf('contxt: x\n')
    expect(problemOf({}, {}, file)).toBe(
      `${file} has an unknown key contxt; known are kind, context, kubeconfig, namespace, strict, keep, stage, disruptive, down, reports, readyTimeout, imagesFrom.`,
    )
  })

  test('is no YAML', async () => {
    const file = await fileOf('context: [\n')
    expect(problemOf({}, {}, file)).toBe(
      `${file} is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1:`,
    )
  })

  test('names what it does not hold', async () => {
    const file = await fileOf('context: *ns\n')
    expect(problemOf({}, {}, file)).toBe(
      `${file} is not valid YAML: Unresolved alias (the anchor must be set before the alias): ns`,
    )
  })

  test.for([
    ['- context', 'list'],
    ['context', 'string'],
    ['7', 'number'],
  ] as const)('holds no mapping: %s', async ([text, what]) => {
    const file = await fileOf(text)
    expect(problemOf({}, {}, file)).toBe(
      `${file} must hold a mapping of settings such as "context: my-cluster", not a ${what}.`,
    )
  })

  test('cannot be read', async () => {
    const path = await folder()
    expect(problemOf({}, {}, path)).toBe(
      `${path} cannot be read: EISDIR: illegal operation on a directory, read; make it readable or remove it.`,
    )
  })
})

describe('the keys', () => {
  test('each have a variable of their own and a sentence', () => {
    expect(environmentName('readyTimeout')).toBe('ROLLCALL_READY_TIMEOUT')
    expect(new Set(configKeys.map(environmentName)).size).toBe(configKeys.length)
    expect(configKeys.filter((key) => describeKey(key).length < 10)).toEqual([])
  })
})
