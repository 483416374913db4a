import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cached, keyOf } from './cache.ts'
import { type Io, withHeartbeat } from './io.ts'
import type { Places } from './places.ts'
import { run } from './run.ts'

/** A root file system of Debian packages. */
export interface Rootfs {
  name: string
  packages: string[]
  /** `extract` only unpacks (small layers); `essential` also configures (a system that boots). */
  variant: 'extract' | 'essential'
  /** Paths that are taken away afterwards. */
  without?: string[]
  /** Text files by path. */
  files?: Record<string, string>
  /** Symbolic links by path. */
  links?: Record<string, string>
  /** Gives every name that busybox answers to and that no other package has. */
  busyboxNames?: boolean
}

const documentation = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info', 'usr/share/lintian']
const aptState = [
  'var/lib/apt',
  'var/lib/dpkg/info',
  'var/lib/dpkg/status',
  'var/lib/dpkg/status-old',
  'var/cache/apt',
  'var/cache/debconf',
  'var/log/apt',
  'etc/resolv.conf',
]
const unused = [
  'usr/lib/x86_64-linux-gnu/gconv',
  'usr/lib/aarch64-linux-gnu/gconv',
  'usr/share/perl',
  'usr/share/perl5',
]
const programFolders = ['bin', 'sbin', 'usr/bin', 'usr/sbin']

/** The folder of a root file system, made with mmdebstrap when it is not in the cache yet. */
export async function rootfsFolder(rootfs: Rootfs, places: Places, io: Io): Promise<string> {
  const { suite, components } = await releaseOfHost()
  const key = keyOf(['rootfs 3', suite, process.arch, rootfs])
  return cached(join(places.cache, 'rootfs', `${rootfs.name}-${key}`), (unfinished) =>
    withHeartbeat(io, `unpacking Debian packages for ${rootfs.name} (${rootfs.packages.length} named)`, async () => {
      await run(
        [
          'mmdebstrap',
          '--quiet',
          ...components,
          `--variant=${rootfs.variant}`,
          `--include=${rootfs.packages.join(',')}`,
          suite,
          unfinished,
        ],
        { signal: io.signal },
      )
      for (const path of [...documentation, ...aptState, ...unused, ...(rootfs.without ?? [])]) {
        await rm(join(unfinished, path), { recursive: true, force: true })
      }
      await addTo(unfinished, rootfs)
    }),
  )
}

async function addTo(folder: string, rootfs: Rootfs): Promise<void> {
  for (const [path, text] of Object.entries(rootfs.files ?? {})) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await rm(join(folder, path), { force: true })
    await writeFile(join(folder, path), text)
  }
  for (const [path, target] of Object.entries(rootfs.links ?? {})) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await rm(join(folder, path), { force: true })
    await symlink(target, join(folder, path))
  }
  if (rootfs.busyboxNames !== true) return
  const names = (await run(['chroot', folder, '/bin/busybox', '--list'])).trim().split('\n')
  for (const name of names) {
    if (programFolders.some((programs) => existsSync(join(folder, programs, name)))) continue
    await symlink('/bin/busybox', join(folder, 'bin', name))
  }
}

/** The release whose packages are used: the one of the host. Ubuntu has some of them outside its main component. */
async function releaseOfHost(): Promise<{ suite: string; components: string[] }> {
  const release = await readFile('/etc/os-release', 'utf8')
  const suite = /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1] ?? 'stable'
  return { suite, components: /^ID=ubuntu$/m.test(release) ? ['--components=main,universe'] : [] }
}
