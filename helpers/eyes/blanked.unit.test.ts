import { describe, expect, test } from 'vitest'
import type { Pod, StatefulSet } from '../target/objects.ts'
import { blankCorefile, blankMetadata, blankPod, blankSet } from './blanked.ts'

describe('a Corefile that is recorded', () => {
  test('stays as it is where it is the usual one', () => {
    const usual = `.:53 {
    errors
    health {
       lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       namespaces one two
       ttl 30
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
    }
}
`
    expect(blankCorefile(usual)).toBe(usual)
  })

  test('keeps its structure, and nothing that may be a key or a password', () => {
    const text = `.:53 { # of the team, password hunter2
    etcd skydns.local {
        credentials root hunter2
        tls /keys/tls.crt /keys/tls.key
    }
    route53 example.org.:Z1 {
        aws_access_key AKIA hunter2
    }
    # password hunter2
    ttl 30 # hunter2
}
password hunter2`
    expect(blankCorefile(text).replaceAll(/ +$/gm, '')).toBe(`.:53 {
    [redacted] {
        [redacted]
        [redacted]
    }
    [redacted] {
        [redacted]
    }

    ttl 30
}
[redacted]`)
  })
})

const container = {
  name: 'web',
  image: 'nginx:alpine',
  ports: [{ name: 'http', containerPort: 80 }],
  command: ['serve', '--password=hunter2'],
  env: [{ name: 'PASSWORD', value: 'hunter2' }],
  envFrom: [{ secretRef: { name: 'hunter2' } }],
}

function podWith(labels: Record<string, string>): Pod {
  const metadata = {
    name: 'web-0',
    labels,
    annotations: { token: 'hunter2' },
  }
  const volumes = [{ name: 'v', csi: { driver: 'd', volumeAttributes: { password: 'hunter2' } } }]
  const spec = { nodeName: 'node-a', containers: [container], initContainers: [container], volumes }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { podIP: '10.244.1.2' } } as unknown as Pod
}

describe('a Pod that is recorded', () => {
  test('shows of one that is not ours what its clients see of it', () => {
    const shown = { name: 'web', image: 'nginx:alpine', ports: container.ports }
    const pod = blankPod(podWith({ app: 'shop' }))
    expect(pod).toMatchObject({ metadata: { name: 'web-0', labels: { app: 'shop' } }, status: { podIP: '10.244.1.2' } })
    expect(pod.spec).toEqual({ nodeName: 'node-a', containers: [shown], initContainers: [shown] })
    expect(JSON.stringify(pod.spec)).not.toContain('hunter2')
  })

  test.each([{ app: 'rollcall-web' }, { 'rollcall.dev/run': 'a1b2c3' }])(
    'stays, of ours, but for its environment: %j',
    (labels) => {
      const { env: _, envFrom: __, ...bare } = container
      const pod = podWith(labels)
      expect(blankPod(pod)).toEqual({ ...pod, spec: { ...pod.spec, containers: [bare], initContainers: [bare] } })
    },
  )
})

test('the template of a StatefulSet that is recorded is as a Pod', () => {
  const setOf = (labels: Record<string, string>): StatefulSet => {
    const { metadata, spec } = podWith(labels)
    return {
      metadata: { ...metadata, name: 'web' },
      spec: { serviceName: 'web', template: { metadata, spec } },
    } as StatefulSet
  }
  const theirs = blankSet(setOf({ app: 'shop' }))
  expect(JSON.stringify(theirs.spec)).not.toContain('hunter2')
  expect(theirs.spec).toMatchObject({ serviceName: 'web', template: { metadata: { labels: { app: 'shop' } } } })
  const ours = blankSet(setOf({ app: 'rollcall-web' }))
  expect(ours.spec?.template.spec?.containers[0]?.command).toEqual(container.command)
  expect(ours.spec?.template.spec?.containers[0]).not.toHaveProperty('env')
})

test('metadata that is recorded keeps the notes that requirements go by', () => {
  const open = {
    'rollcall.dev/data': 'kept',
    'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
    'volume.beta.kubernetes.io/storage-provisioner': 'example.com/disk',
    'volume.kubernetes.io/selected-node': 'node-a',
  }
  const hidden = { 'kubectl.kubernetes.io/last-applied-configuration': '{"env":"hunter2"}', token: 'hunter2' }
  const metadata = { name: 'web', annotations: { ...open, ...hidden } }
  expect(blankMetadata(metadata)).toEqual({ name: 'web', annotations: open })
  const bare: { name: string; annotations?: Record<string, string> } = { name: 'web' }
  expect(blankMetadata(bare)).toEqual({ name: 'web' })
})
