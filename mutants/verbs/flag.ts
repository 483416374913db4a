import { parse } from 'yaml'
import { list } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { mechanism } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'
import { removeAt } from './objects.ts'

/** Sets a flag of a static Pod of the control plane, which the kubelet then starts again. */
export function flag(component: string, name: string, value: string): Mechanism {
  const manifest = `/etc/kubernetes/manifests/${component}.yaml`
  const set = async (bench: Bench, wanted: string): Promise<void> => {
    // Written beside its place and moved there: the kubelet must not read half of it.
    const script = 'sed "s|- $1=.*|- $1=$2|" "$3" > "/etc/kubernetes/$4.new" && mv "/etc/kubernetes/$4.new" "$3"'
    await bench.onNode(bench.controlPlane, ['sh', '-c', script, 'sh', name, wanted, manifest, component])
    await running(bench, component, `${name}=${wanted}`)
    // Its predecessor is gone, but holds the lease for as long as it lasts.
    await removeAt(bench.api, `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${component}`)
  }
  const current = async (bench: Bench): Promise<string> => {
    const pod = parse(await bench.onNode(bench.controlPlane, ['cat', manifest])) as {
      spec: { containers: { command: string[] }[] }
    }
    const found = pod.spec.containers[0]?.command.find((one) => one.startsWith(`${name}=`))
    if (found === undefined) throw new Error(`${component} has no flag ${name}`)
    return found.slice(name.length + 1)
  }
  return mechanism<string>({
    does: `${component} with ${name}=${value}`,
    read: current,
    apply: (bench) => set(bench, value),
    async undo(bench, before) {
      if ((await current(bench)) !== before) await set(bench, before)
    },
    async remains(bench, before) {
      const now = await current(bench)
      return now === before ? undefined : `${component} has ${name}=${now}`
    },
  })
}

/** Waits until the process with this flag runs, and it alone. */
async function running(bench: Bench, component: string, argument: string): Promise<void> {
  await eventually(
    async () => {
      const { stdout } = await bench.tryOnNode(bench.controlPlane, ['ps', '-eo', 'args'])
      const lines = stdout.split('\n').filter((line) => line.startsWith(`${component} `))
      if (lines.length !== 1 || !lines[0]?.includes(`${argument} `))
        return { done: false, saw: `${lines.length} processes` }
      const pods = await list(bench.api, 'pods', { namespace: 'kube-system', labels: `component=${component}` })
      const ready = pods.every((pod) => pod.status?.containerStatuses?.every((one) => one.ready))
      return ready ? { done: true, value: undefined } : { done: false, saw: 'not ready' }
    },
    { reason: `${component} with ${argument}`, deadline: 60_000, interval: 500, signal: bench.signal },
  )
}
