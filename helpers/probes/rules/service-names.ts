import type { ServiceName } from './node-rules.ts'

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const inComment = new RegExp(`^(${label})/(${label})(?::(${label}))?$`)
const inChain = new RegExp(
  `^@?[a-z]+-[A-Z2-7]{8}-(${label})/(${label})/(?:tcp|udp|sctp)/(${label})?(?:__.*|\\.\\.\\.)?$`,
)

function serviceName(match: RegExpExecArray | null): ServiceName | undefined {
  const [, namespace, service, port] = match ?? []
  if (namespace === undefined || service === undefined) return undefined
  return port === undefined ? { namespace, service } : { namespace, service, port }
}

/**
 * The Services named in a comment. kube-proxy writes `namespace/service:port` as a word of its own, among others such as
 * `cluster IP` or `has no endpoints` (kubernetes 1.36 pkg/proxy/types.go, ServicePortName.String).
 */
export function namesInComment(comment: string): readonly ServiceName[] {
  return comment
    .split(/\s+/)
    .map((word) => serviceName(inComment.exec(word)))
    .filter((name) => name !== undefined)
}

/**
 * The Service in a chain's or set's name, such as `service-ULMVA6XW-ns1/svc1/tcp/p80`: a kind, eight characters of a hash,
 * the Service port, and for an endpoint `__address/port`, of which a long one loses its end
 * (kubernetes 1.36 pkg/proxy/nftables/proxier.go, servicePortChainNameBase and hashAndTruncate).
 */
export function namesInChain(chain: string): readonly ServiceName[] {
  const name = serviceName(inChain.exec(chain))
  return name === undefined ? [] : [name]
}

/** Each Service once, in the order in which they were found. */
export function distinctNames(names: readonly ServiceName[]): readonly ServiceName[] {
  return [...new Map(names.map((name) => [`${name.namespace}/${name.service}:${name.port ?? ''}`, name])).values()]
}
