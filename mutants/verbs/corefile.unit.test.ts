import { describe, expect, test } from 'vitest'
import type { Bench } from '../bench.ts'
import { adding, below, exactly, forClient, kubernetesOption, replaced, template } from './corefile.ts'

const corefile = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       ttl 30
    }
    cache 30
}
`

describe('edits of the Corefile', () => {
  test('add a plugin to the block of the root zone', () => {
    expect(adding('    log')(corefile)).toBe(corefile.replace('.:53 {\n', '.:53 {\n    log\n'))
  })

  test('add an option to the kubernetes plugin', () => {
    expect(kubernetesOption('noendpoints')(corefile)).toContain('ip6.arpa {\n       noendpoints\n       pods insecure')
  })

  test('add a template that lets all other names through', async () => {
    const edit = template(
      'A',
      () => exactly('web.ns.svc.cluster.local'),
      () => ['rcode NXDOMAIN'],
    )
    expect(await edit(corefile, {} as Bench)).toContain(
      [
        '    template IN A . {',
        '        match "^web[.]ns[.]svc[.]cluster[.]local[.]$"',
        '        rcode NXDOMAIN',
        '        fallthrough',
        '    }',
      ].join('\n'),
    )
  })

  test('serve one client from a block of its own, which leaves the servers once-only plugins to the other', async () => {
    const once = '    health {\n       lameduck 5s\n    }\n    ready\n    prometheus :9153\n    loop\n    reload\n'
    const whole = corefile.replace('    errors\n', `    errors\n${once}`)
    const edit = forClient(
      () => '10.244.1.2',
      (text) => adding('    log')(text),
    )
    const view = "    view mutant {\n        expr incidr(client_ip(), '10.244.1.2/32')\n    }\n"
    const own = corefile.replace('.:53 {\n', `.:53 {\n${view}    log\n`)
    expect(await edit(whole, {} as Bench)).toBe(`${own}${whole}`)
  })

  test('fail where there is nothing to replace, as a mutant would that changes nothing', () => {
    expect(() => replaced(corefile, /ttl 5/, () => 'ttl 3600')).toThrow('the Corefile has nothing like /ttl 5/')
  })

  test('match a name, and with `below` all names that end with it', () => {
    expect('web.ns.svc.').toMatch(new RegExp(exactly('web.ns.svc')))
    expect('a.web.ns.svc.').not.toMatch(new RegExp(exactly('web.ns.svc')))
    expect('a.web.ns.svc.').toMatch(new RegExp(below('web.ns.svc')))
    expect('webxns.svc.').not.toMatch(new RegExp(below('web.ns.svc')))
  })
})
