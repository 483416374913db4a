# Tells, for each line that it reads, what a program of this Pod sees of its own name and of its resolver, and what the C
# library makes of each name on that line. Words come from `read` and are never evaluated; -f keeps a `*` from becoming files.
part() { printf '\n== %s\n' "$1"; }
find_addresses() { # NAME: one line, so that several at once do not tear each other
  found=$(timeout 6 getent ahosts "$1")
  code=$?
  echo "$1 $code" $found
}
look() { # NAME...
  part hostname; hostname
  part libc; ls /lib
  part resolv.conf; cat /etc/resolv.conf
  part hosts; cat /etc/hosts
  # Names alone: what the variables hold is nobody's business.
  part variables; env | cut -s -d = -f 1
  part names
  for name; do find_addresses "$name" & done
  wait
  part end
}
set -f
while read -r names; do look $names; done
