import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { Problem } from './errors.ts'

/**
 * Every setting of a run: a flag over its environment variable over the key of `rollcall.yaml` over the default.
 * The descriptions are what `docs/configuration.md` and `rollcall run --help` print.
 */
const shape = {
  kind: z
    .stringbool()
    .default(false)
    .describe('judge a Kind cluster, though $KUBECONFIG, a variable or `rollcall.yaml` names another one'),
  context: z
    .string()
    .min(1)
    .optional()
    .describe('kubeconfig context to judge; a Kind cluster is used without it and without an explicit kubeconfig'),
  kubeconfig: z.string().min(1).optional().describe('kubeconfig file; $KUBECONFIG or ~/.kube/config unless given'),
  namespace: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'not a namespace name')
    .optional()
    .describe('existing namespace to stage everything in, with the rights of its admin; fresh ones unless given'),
  strict: z.stringbool().default(false).describe('a SHOULD that is not kept counts as a failure'),
  keep: z.stringbool().default(false).describe('leave the staged namespaces, for a day, for another run to look at'),
  stage: z
    .string()
    .regex(/^[a-z0-9]{4,12}$/, 'not a run id')
    .optional()
    .describe(
      'look at what the run of this id has kept, instead of staging; what suites change there they change again',
    ),
  disruptive: z
    .stringbool()
    .default(false)
    .describe(
      'also try what others on the cluster may notice: cluster DNS is restarted, server by server; or what takes long: volumes are made',
    ),
  down: z.stringbool().default(false).describe('delete the Kind cluster afterwards if this run has started it'),
  reports: z
    .string()
    .min(1)
    .default('reports')
    .describe('folder that the reports are written to; `reports` unless given'),
  readyTimeout: z.coerce
    .number()
    .int()
    .min(5)
    .max(3600)
    .default(180)
    .describe('seconds that staged pods may take to be Ready, 5 to 3600; 180 unless given'),
  imagesFrom: z
    .string()
    .regex(
      /^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
      'not a registry with or without a path, such as registry.example.com/mirror',
    )
    .optional()
    .describe('registry, and path in it, that nodes pull the images from instead of Docker Hub, under the same names'),
} as const

const schema = z.strictObject(shape)

export type Config = z.infer<typeof schema>
export type ConfigKey = keyof typeof shape
export type ConfigInput = { readonly [K in ConfigKey]?: string | boolean | number | undefined }

export const configKeys = Object.keys(shape) as ConfigKey[]

/** What leads to a cluster, and to what of it may be used. */
export const clusterKeys = ['kind', 'context', 'kubeconfig', 'namespace'] as const satisfies readonly ConfigKey[]
/** What means nothing, or something else, on the Kind cluster than on the one that somebody has named. */
const ofNamedCluster = ['context', 'kubeconfig', 'namespace', 'imagesFrom'] as const satisfies readonly ConfigKey[]

/** What a key means, for help texts and the generated table. */
export function describeKey(key: ConfigKey): string {
  return shape[key].description ?? ''
}

/** `readyTimeout` → `--ready-timeout`. */
export function flagName(key: ConfigKey): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Whether a key is on or off, so that its flag takes no value. */
export function isSwitch(key: ConfigKey): boolean {
  return ['kind', 'strict', 'keep', 'disruptive', 'down'].includes(key)
}

/** `readyTimeout` → `ROLLCALL_READY_TIMEOUT`. */
export function environmentName(key: ConfigKey): string {
  return `ROLLCALL_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/**
 * Merges and validates the three sources. What is said of a cluster that a weaker one has named is not taken for the Kind cluster.
 * @throws Problem naming the source and the value that is wrong, or two that name a cluster each.
 */
export function loadConfig(flags: ConfigInput, env: NodeJS.ProcessEnv, file = 'rollcall.yaml'): Readonly<Config> {
  const fromFile = readFile(file)
  const merged: Record<string, unknown> = {}
  const source: Sources = {}
  const set = (key: string, value: unknown, from: Source): void => {
    merged[key] = typeof value === 'boolean' ? String(value) : value
    source[key] = from
  }
  for (const [key, value] of Object.entries(fromFile)) set(key, value, { name: `key ${key} of ${file}`, rank: 1 })
  for (const key of configKeys) {
    const value = env[environmentName(key)]
    if (value !== undefined && value !== '') set(key, value, { name: environmentName(key), rank: 2 })
  }
  for (const [key, value] of Object.entries(flags)) {
    if (value !== undefined) set(key, value, { name: flagName(key as ConfigKey), rank: 3 })
  }
  const parsed = schema.safeParse(merged)
  if (parsed.success) return Object.freeze(forOneCluster(parsed.data, source))
  const issue = parsed.error.issues[0]
  if (issue?.code === 'unrecognized_keys')
    throw new Problem(`${file} has an unknown key ${issue.keys.join(', ')}; known are ${configKeys.join(', ')}.`)
  const key = String(issue?.path[0] ?? '')
  throw new Problem(`${source[key]?.name ?? key} is ${JSON.stringify(merged[key])}, which is wrong: ${issue?.message}.`)
}

/** Where a value comes from, and which of two beats the other. */
interface Source {
  readonly name: string
  readonly rank: number
}
type Sources = Record<string, Source | undefined>

function forOneCluster(config: Config, source: Sources): Config {
  if (!config.kind) return config
  const rank = (key: ConfigKey): number => source[key]?.rank ?? 0
  const named = rank('context') >= rank('kubeconfig') ? 'context' : 'kubeconfig'
  if (rank(named) > rank('kind')) return { ...config, kind: false }
  if (rank(named) === rank('kind'))
    throw new Problem(`${source.kind?.name} and ${source[named]?.name} name a cluster each; say one of them.`)
  const weaker = ofNamedCluster.filter((key) => rank(key) < rank('kind'))
  return { ...config, ...Object.fromEntries(weaker.map((key) => [key, undefined])) }
}

function readFile(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Problem(`${file} cannot be read: ${(error as Error).message}; make it readable or remove it.`)
  }
  const value = parsed(text, file) ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    const what = Array.isArray(value) ? 'list' : typeof value
    throw new Problem(`${file} must hold a mapping of settings such as "context: my-cluster", not a ${what}.`)
  }
  return value as Record<string, unknown>
}

function parsed(text: string, file: string): unknown {
  try {
    const document = parseDocument(text)
    const [broken] = document.errors
    if (broken !== undefined) throw broken
    // Throws where an alias has no anchor.
    return document.toJS()
  } catch (error) {
    throw new Problem(`${file} is not valid YAML: ${(error as Error).message.split('\n')[0]}`)
  }
}
