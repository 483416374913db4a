import { basename, join } from 'node:path'
import type { Places } from '../places.ts'

/** Files of the private engine. */
export function engineFiles(places: Places) {
  const at = (name: string) => join(places.engineRun, name)
  return {
    containerdConfig: at('containerd.toml'),
    containerdSocket: at('containerd.sock'),
    containerdLog: at('containerd.log'),
    daemonConfig: at('daemon.json'),
    socket: at('docker.sock'),
    log: at('dockerd.log'),
    runtime: at('runc-reduced.sh'),
    runtimeScript: at('missing-capabilities.sed'),
  }
}

/** The control group under which all containers of the engine are, so that an empty one is ours to remove. */
export function cgroupParent(places: Places): string {
  return `/${basename(places.engineRun)}`
}

/**
 * The engine's configuration. It touches no firewall rule, switches no forwarding on and has no default bridge: what its
 * containers need is a bridge between themselves and nothing beyond it, and another engine on the host is left alone.
 */
export function daemonConfig(places: Places, reduced: boolean): object {
  const files = engineFiles(places)
  return {
    'data-root': places.engineData,
    'exec-root': join(places.engineRun, 'exec'),
    pidfile: join(places.engineRun, 'dockerd.pid'),
    hosts: [`unix://${files.socket}`],
    containerd: files.containerdSocket,
    bridge: 'none',
    iptables: false,
    'ip-forward': false,
    'ip-masq': false,
    'cgroup-parent': cgroupParent(places),
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    // Nothing answers there: names that are not of this network fail at once instead of going to the host's resolver.
    dns: ['127.0.0.2'],
    // A crash of the engine alone leaves the clusters as they are.
    'live-restore': true,
    'log-opts': { 'max-size': '10m' },
    ...(reduced ? { runtimes: { reduced: { path: files.runtime } }, 'default-runtime': 'reduced' } : {}),
  }
}

/** The configuration of the engine's own containerd. */
export function containerdConfig(places: Places): string {
  const files = engineFiles(places)
  return [
    'version = 2',
    `root = "${join(places.engineData, 'containerd-root')}"`,
    `state = "${join(places.engineRun, 'containerd')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `address = "${files.containerdSocket}"`,
    '',
  ].join('\n')
}

/** The sed script that takes capabilities out of a list of JSON strings. */
export function capabilityScript(missing: string[]): string {
  return missing.map((name) => `s/"${name}",//g\ns/,"${name}"//g\n`).join('')
}
