import type { Rootfs } from './rootfs.ts'

const accounts = {
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\nnginx:x:101:101::/:/bin/false\n',
  'etc/group': 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\nnginx:x:101:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
}

const perl = ['usr/bin/perl', 'usr/lib/x86_64-linux-gnu/perl', 'usr/lib/x86_64-linux-gnu/perl-base']
const perlLibrary = ['usr/lib/x86_64-linux-gnu/libperl.so.5.36', 'usr/lib/x86_64-linux-gnu/libperl.so.5.36.0']
const routing = [
  'sbin/ip',
  'bin/ip',
  'bin/ss',
  'sbin/tc',
  'usr/sbin/arpd',
  'sbin/bridge',
  'usr/bin/rdma',
  'sbin/devlink',
]

/** What the image `wbitt/network-multitool` has that the suite uses, and no more: no iptables, no redis-cli, no Python. */
export const multitoolRootfs: Rootfs = {
  name: 'multitool',
  packages: ['busybox', 'bash', 'libc-bin', 'curl', 'bind9-dnsutils', 'iproute2', 'jq', 'procps', 'tcpdump'],
  variant: 'extract',
  without: [...perl, ...perlLibrary, 'usr/bin/perl5.36.0'],
  files: accounts,
  busyboxNames: true,
}

/** `redis-server` and `redis-cli` with a shell beside them. */
export const redisRootfs: Rootfs = {
  name: 'redis',
  packages: ['busybox', 'libc-bin', 'redis-server', 'redis-tools'],
  variant: 'extract',
  without: [...perl, ...perlLibrary, ...routing, 'usr/bin/perl5.36.0'],
  files: { ...accounts, 'data/.keep': '' },
  busyboxNames: true,
}

const nginxConf = `user nginx;
worker_processes auto;
error_log /dev/stderr notice;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /dev/stdout;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`
const nginxServer = `server {
  listen 80;
  listen [::]:80;
  server_name localhost;
  location / {
    root /usr/share/nginx/html;
    index index.html;
  }
}
`

/** nginx, configured where the public image is. */
export const nginxRootfs: Rootfs = {
  name: 'nginx',
  packages: ['busybox', 'libc-bin', 'nginx', 'curl'],
  variant: 'extract',
  without: [...perl, ...perlLibrary, ...routing, 'usr/bin/perl5.36.0', 'etc/nginx'],
  files: {
    ...accounts,
    'etc/nginx/nginx.conf': nginxConf,
    'etc/nginx/conf.d/default.conf': nginxServer,
    'etc/nginx/mime.types': 'types { text/html html; text/plain txt; application/json json; }\n',
    'usr/share/nginx/html/index.html': '<h1>Welcome to nginx!</h1>\n',
    'run/.keep': '',
    'var/lib/nginx/.keep': '',
    'var/log/nginx/.keep': '',
  },
  busyboxNames: true,
}

const iptablesNames = [
  'iptables',
  'iptables-save',
  'iptables-restore',
  'ip6tables',
  'ip6tables-save',
  'ip6tables-restore',
]

/** What kube-proxy calls: iptables on nftables, nft and conntrack. */
export const proxyRootfs: Rootfs = {
  name: 'kube-proxy',
  packages: ['iptables', 'nftables', 'conntrack', 'ipset', 'kmod'],
  variant: 'extract',
  files: accounts,
  links: Object.fromEntries(iptablesNames.map((name) => [`usr/sbin/${name}`, 'xtables-nft-multi'])),
}

/** A process that blocks for the sandbox of a pod, and the tools of the upstream DNS container. */
export const staticRootfs: Rootfs = {
  name: 'busybox',
  packages: ['busybox-static'],
  variant: 'extract',
  files: accounts,
  busyboxNames: true,
}

/** The system of a node. */
export const nodeRootfs: Rootfs = {
  name: 'node',
  packages:
    'systemd,systemd-sysv,conntrack,iptables,nftables,iproute2,ethtool,ipset,util-linux,mount,kmod,libseccomp2,pigz,jq,procps,curl,bash,ca-certificates,runc,hostname,socat,tar'.split(
      ',',
    ),
  variant: 'essential',
}
