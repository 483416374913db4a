import { Problem } from '../helpers/errors.ts'

const checkedIn = /^\s*(?:require\s+)?k8s\.io\/kubernetes v(\S+)/m

/** The Kubernetes version that a module file asks for. */
export function kubernetesVersionOf(goMod: string): string {
  const version = checkedIn.exec(goMod)?.[1]
  if (version === undefined) throw new Problem('the module file of kubernetes names no version of k8s.io/kubernetes')
  return version
}

/**
 * The module file for another Kubernetes version, made from the checked-in one: the release and every staging module of it move
 * together. What else they need is left to `go mod tidy`, so only the tools, the release and the replacements are kept.
 */
export function moduleFileFor(goMod: string, version: string): string {
  const from = kubernetesVersionOf(goMod)
  if (from === version) return goMod
  const staging = (release: string) => `v0.${release.split('.').slice(1).join('.')}`
  const tools = blockOf(goMod, 'tool')
  const replacements = blockOf(goMod, 'replace').map((line) => line.replace(/ v0\.\S+$/, ` ${staging(version)}`))
  const block = (name: string, lines: string[]) => `${name} (\n${lines.map((line) => `\t${line}\n`).join('')})\n`
  const go = /^go .*$/m.exec(goMod)?.[0] ?? 'go 1.26.0'
  return [
    'module rollcall/kubernetes\n',
    `${go}\n`,
    block('tool', tools),
    `require k8s.io/kubernetes v${version}\n`,
    block('replace', replacements),
  ].join('\n')
}

function blockOf(goMod: string, name: string): string[] {
  const body = new RegExp(`^${name} \\(\\n([^)]*)\\)`, 'm').exec(goMod)?.[1] ?? ''
  return body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
