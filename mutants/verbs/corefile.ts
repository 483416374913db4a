import { type ConfigMap, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { mechanism } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'
import { restartDns } from './dns-server.ts'

const path = pathOf('configmaps', 'kube-system', 'coredns')

/** From the Corefile that is there to another one. */
export type Edit = (corefile: string, bench: Bench) => string | Promise<string>

/**
 * Edits the Corefile and restarts every server with it: the reload plugin alone takes minutes. Plugins act in the order that
 * is compiled in (plugin.cfg), wherever they stand: template, rewrite and hosts before kubernetes, cache before all three.
 */
export function corefile(does: string, edit: Edit, options: { readonly unready?: boolean } = {}): Mechanism {
  return mechanism<{ before: string; after: string }>({
    does: `Corefile: ${does}`,
    async read(bench) {
      const before = await readCorefile(bench)
      return { before, after: await edit(before, bench) }
    },
    async apply(bench, { after }) {
      await write(bench, after)
      await restartDns(bench, options)
    },
    async undo(bench, { before }) {
      await write(bench, before)
      await restartDns(bench)
    },
    async remains(bench, { before }) {
      return (await readCorefile(bench)) === before ? undefined : 'the Corefile is still edited'
    },
  })
}

/** Adds plugins to the server block of the root zone. */
export function adding(block: string): (corefile: string) => string {
  return (corefile) => replaced(corefile, /^\.:53 \{\n/m, (head) => `${head}${block}\n`)
}

/** Adds a template plugin for the names that match, which lets all others through: `says` are its lines. */
export function template(
  type: string,
  match: (bench: Bench) => string,
  says: (bench: Bench) => readonly string[] | Promise<readonly string[]>,
): Edit {
  return async (corefile, bench) => {
    const lines = [`match "${match(bench)}"`, ...(await says(bench)), 'fallthrough']
    return adding([`    template IN ${type} . {`, ...lines.map((line) => `        ${line}`), '    }'].join('\n'))(
      corefile,
    )
  }
}

/**
 * A second server block for the questions that an expression of the view plugin picks, ahead of all others. It is made of the
 * one for the root zone, less the plugins that have a port or a duty of their own, of which there can be only one.
 */
export function viewed(condition: string | ((bench: Bench) => string), edit: Edit): Edit {
  return async (corefile, bench) => {
    const [block] = /^\.:53 \{\n[\s\S]*?^\}\n/m.exec(corefile) ?? []
    if (block === undefined) throw new Error('the Corefile has no block for the root zone')
    const once = /^ +(health|prometheus|ready|loop|reload)\b[^{\n]*(\{[^}]*\})?\n/gm
    const edited = await edit(block.replaceAll(once, ''), bench)
    const expression = typeof condition === 'string' ? condition : condition(bench)
    return `${adding(`    view picked {\n        expr ${expression}\n    }`)(edited)}${corefile}`
  }
}

/** Serves one client by an edited block of its own. */
export function forClient(address: (bench: Bench) => string, edit: Edit): Edit {
  return viewed((bench) => `incidr(client_ip(), '${address(bench)}/32')`, edit)
}

/** Adds a line to the kubernetes plugin. */
export function kubernetesOption(line: string): (corefile: string) => string {
  return (corefile) => replaced(corefile, /^( +)kubernetes .*\{\n/m, (head, indent) => `${head}${indent}   ${line}\n`)
}

/** Takes the cache away, which evens out TTLs and holds them down even for zones that it does not keep. */
export function withoutCache(corefile: string): string {
  return replaced(corefile, /^ +cache \d+( \{[^}]*\})?\n/m, () => '')
}

/** Replaces what must be there: an edit that changes nothing would make a survivor of every mutant. @throws Error otherwise. */
export function replaced(text: string, pattern: RegExp, by: (...found: string[]) => string): string {
  const after = text.replace(pattern, by)
  if (after === text) throw new Error(`the Corefile has nothing like ${pattern}`)
  return after
}

/** A regular expression that matches one absolute name. */
export function exactly(name: string): string {
  return `^${below(name)}`
}

/** A regular expression that matches the end of every name below one, and the name itself. */
export function below(name: string): string {
  return `${name.replaceAll('.', '[.]')}[.]$`
}

async function readCorefile(bench: Bench): Promise<string> {
  return (await bench.api.send<ConfigMap>(path)).data?.Corefile ?? ''
}

async function write(bench: Bench, corefile: string): Promise<void> {
  await bench.api.send(path, {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { data: { Corefile: corefile } },
  })
}
