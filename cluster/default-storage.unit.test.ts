import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { componentsFor } from './components.ts'
import { everyNodeImages, type Layers } from './images.ts'

interface Manifest {
  kind: string
  metadata: { name: string; annotations?: Record<string, string> }
  provisioner?: string
  volumeBindingMode?: string
  data?: Record<string, string>
  spec?: { template: { spec: { containers: { image: string; imagePullPolicy: string; command: string[] }[] } } }
}

const folder = join(import.meta.dirname, 'node-image')
const manifests = parseAllDocuments(readFileSync(join(folder, 'default-storage.yaml'), 'utf8')).map(
  (document) => document.toJS() as Manifest,
)
const one = (kind: string) => manifests.filter((manifest) => manifest.kind === kind)
const tags = everyNodeImages([], {} as Layers).map((image) => image.tag)

describe('the storage of a built node image', () => {
  it('is one default StorageClass, whose volumes are made where the Pod is', () => {
    expect(one('StorageClass')).toMatchObject([
      {
        metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'rancher.io/local-path',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
    ])
  })

  it('runs images alone that every node has, and never pulls', () => {
    const [{ image, imagePullPolicy, command } = { image: '', imagePullPolicy: '', command: [] }] =
      one('Deployment')[0]?.spec?.template.spec.containers ?? []
    const helper = command.find((word) => word.startsWith('--helper-image='))?.split('=')[1]
    expect(tags).toEqual(expect.arrayContaining([image, helper]))
    expect(imagePullPolicy).toBe('IfNotPresent')
    const pod = one('ConfigMap')[0]?.data?.['helperPod.yaml']
    expect(pod).toContain(`image: ${helper}`)
    expect(pod).toContain('imagePullPolicy: IfNotPresent')
  })

  it('names the version that the module file asks for', () => {
    const goMod = readFileSync(join(import.meta.dirname, 'modules', 'local-path-provisioner', 'go.mod'), 'utf8')
    const version = /rancher\/local-path-provisioner (v\S+)/.exec(goMod)?.[1]
    expect(tags).toContain(`docker.io/rancher/local-path-provisioner:${version}`)
    expect(componentsFor('1.36.3').map((component) => component.name)).toContain('local-path-provisioner')
  })

  it('is put where kind looks for it', () => {
    const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8')
    expect(dockerfile).toContain('COPY default-storage.yaml /kind/manifests/default-storage.yaml')
  })
})
