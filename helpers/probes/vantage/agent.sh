# Runs in a multitool Pod as long as the suite looks through it. Reads one request a line, `ID VERB ARGUMENT...`, and
# answers each with one line, `#ID EXIT-CODE LENGTH BASE64`, in any order. Words come from `read` and are never evaluated:
# -f keeps a `*` from becoming the names of files.
set -f

# One line of base64. Not every busybox can do that by itself.
if base64 -w 0 </dev/null >/dev/null 2>&1; then
  encode() { exec base64 -w 0; }
else
  encode() { base64 | tr -d '\n'; }
fi

# A pipe that holds one byte: whoever has it writes. What is longer than a pipe takes in one piece would be torn by others.
exec 9<> <(:)
printf . >&9

udp() { # ADDRESS PORT QUERY SECONDS: one datagram out, and again each second, until one comes back or the time is over
  local left=$4 code
  exec 3<>"/dev/udp/$1/$2" || return 90
  while base64 -d <<<"$3" >&3 || return 91; [[ ${left%.*} -gt 1 ]]; do
    { timeout 1 dd bs=65535 count=1 <&3; } 2>/dev/null
    code=$?
    # As busybox tells that the time was over, which has bash say so in a line of its own, and as coreutils does.
    ((code == 143 || code == 124)) || return "$code"
    left=$((left - 1))
  done
  # In the place of this shell, which runs for one question: one process less.
  exec timeout "$left" dd bs=65535 count=1 <&3 2>/dev/null
}

pair() { # ADDRESS PORT QUERY QUERY SECONDS: two datagrams out at once, and those that come back, each a line of base64
  exec 3<>"/dev/udp/$1/$2" || return 90
  base64 -d <<<"$3" >&3 || return 91
  base64 -d <<<"$4" >&3 || return 1
  # Two readers, each with a limit of its own: busybox's timeout ends the one process that it has started, and no child of it.
  for _ in 1 2; do
    printf '%s\n' "$(timeout "$5" dd bs=65535 count=1 <&3 2>/dev/null | encode)" &
  done
  wait
}

volley() { # ADDRESS PORT QUERIES LENGTH COUNT SECONDS: so many datagrams out at once, and what comes back, each filled up to 512 bytes
  exec 3<>"/dev/udp/$1/$2" || return 90
  base64 -d <<<"$3" | dd bs="$4" iflag=fullblock >&3 2>/dev/null || return 91
  exec timeout "$6" dd bs=512 count="$5" conv=sync <&3 2>/dev/null
}

fetches() { # URL SECONDS TIMES: one after the other, each over a connection of its own, up to the first that fails
  local urls=()
  while ((${#urls[@]} < $3)); do urls+=("$1"); done
  exec curl -gsS --noproxy '*' --fail-early -H 'Connection: close' -m "$2" \
    -w '\n%{http_code} %{local_ip} %{remote_ip} %{remote_port} %{num_connects} %{size_download}\n' "${urls[@]}"
}

tools() { # NAME...: those that are missing
  local tool
  for tool; do command -v "$tool" >/dev/null || printf '%s\n' "$tool"; done
}

host() { # COMMAND...: the node's own program, in the node's own file system
  chroot /proc/1/root "$@" 2>/dev/null
}

answer() { # ID COMMAND...: base64 first, since bash variables cannot hold a zero byte
  local id=$1 encoded code
  shift
  encoded=$("$@" 2>&1 9>&- | encode; exit "${PIPESTATUS[0]}")
  code=$?
  read -rn 1 -u 9
  printf '#%s %s %s %s\n' "$id" "$code" "${#encoded}" "$encoded"
  printf . >&9
}

while read -r id verb a b c d; do
  case $verb in
    echo) answer "$id" true ;;
    tools) answer "$id" tools $a $b $c $d ;;
    file) answer "$id" cat -- "$a" ;;
    hostname) answer "$id" hostname ;;
    udp) answer "$id" udp "$a" "$b" "$c" "$d" & ;;
    # The last word that is read holds the rest of the line.
    pair) answer "$id" pair "$a" "$b" "$c" $d & ;;
    volley) answer "$id" volley "$a" "$b" "$c" $d & ;;
    http) answer "$id" curl -gsS --noproxy '*' -m "$b" -w '\n%{http_code} %{local_ip} %{remote_ip} %{remote_port}' "$a" & ;;
    fetches) answer "$id" fetches "$a" "$b" "$c" & ;;
    connect) answer "$id" timeout "$c" nc -z -w "$c" "$a" "$b" & ;;
    names) answer "$id" timeout "$b" getent ahosts "$a" & ;;
    host) answer "$id" host $a $b $c $d & ;;
    *) answer "$id" false ;;
  esac
done
