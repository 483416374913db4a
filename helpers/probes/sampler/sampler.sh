# Runs in a multitool Pod on every node around an upgrade, with the API or without it. Each second it asks all targets side by
# side, and prints what came of them as one line:
#
#   S BEGAN SAMPLER SEQUENCE TOOK TARGETS INDEX=RESULT...
#
# BEGAN is the node's clock in ms, SAMPLER the same of when this script started, SEQUENCE the second since then, TOOK in ms, TARGETS
# the version of the list that was asked, INDEX a place in it. The list is in $1/targets; see targets-text.ts. Words in it are never
# evaluated: they are compared and handed on, numbers only once they are known to be digits, and -f keeps a `*` from becoming files.
set -f
export LC_ALL=C
dir=${1:-/sampler}
# Milliseconds that a tick waits: for a page, until a dig is ended, and for what that has seen until then and for a write.
pages=2000 digs=3000 all=4000
# Milliseconds between two looks at the clock, by which one may be late on a busy node, and for which a node that had no time for
# us is given more of it in all.
step=200 late=100 spent=3000
# Ticks that may be under way at once, for which there are so many pipes.
most=8
# Seconds that a kept connection may be silent before it is given up, as a client would.
silence=15

now() { # sets ms, without a process
  ms=${EPOCHREALTIME/[.,]/}
  ms=${ms%???}
}

wait_for() { # MILLISECONDS FD: sets line to what comes there, if anything does; what comes of a line in time is kept for the rest
  local limit code=0
  printf -v limit '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
  # With its spaces, where the time may be over.
  IFS= read -r -t "$limit" -u "$2" line || code=$?
  line=${parts[$2]:-}$line
  ((code > 0)) && parts[$2]=$line || parts[$2]=''
  return "$code"
}

# What dig says, in as many words as there were questions: `+` with the data of the records of the type that was asked for, the
# RCODE, or why there is none. `-` was not asked. The questions begin at another one each second, so that a server whose first
# answer stays out, after which there is no time for more, is asked for each name in turn.
compact='
  BEGIN { split(types, type, " "); for (i = 0; i < count; i++) item[i] = "-"; at = -1 }
  function answered(code) { at++; place = (at + turn) % count; if (at < count) item[place] = code }
  /^;; Got bad packet/ { answered("malformed"); next }
  /Message parser reports malformed/ { malformed = 1; next }
  /->>HEADER<<-/ {
    code = $0
    sub(/.*status: /, "", code)
    sub(/,.*/, "", code)
    if (code == "NOERROR") code = "+"
    if (malformed) code = "malformed"
    malformed = 0
    why = ""
    answered(code)
    next
  }
  /refused|unreachable/ && /^;/ { why = "unreachable" }
  /no servers could be reached/ { answered(why == "" ? "timeout" : why); why = ""; next }
  /^[^;]/ && NF > 4 && $4 == type[place + 1] && item[place] ~ /^[+]/ {
    data = $5
    for (i = 6; i <= NF; i++) data = data "/" $i
    item[place] = item[place] (item[place] == "+" ? "" : ",") data
  }
  END { text = item[0]; for (i = 1; i < count; i++) text = text ";" item[i]; print tick, target, text }
'

ask() { # INDEX ADDRESS PORT NAME TYPE...
  local index=$1 at=$2 port=$3 said=$dir/said.$slot.$1 count types='' i turn child
  shift 3
  count=$(($# / 2))
  ((count > 0)) || return
  for ((i = 2; i <= $#; i += 2)); do types+=" ${!i}"; done
  turn=$((sequence % count))
  # As a stub resolver asks, but that it would ask again.
  dig -r "@$at" -p "$port" +time=2 +tries=1 +noedns +noall +comments +answer \
    "${@:turn * 2 + 1}" "${@:1:turn * 2}" >"$said" &
  child=$!
  # Whoever gives this up ends dig, and still has what dig has said.
  trap 'kill "$child"' TERM
  wait "$child"
  # The first ends with the signal, and dig a little later, when it has written what it held back.
  wait "$child"
  awk -v tick="$sequence" -v target="$index" -v count="$count" -v turn="$turn" -v types="$types" "$compact" "$said" >&8
}

say() { # INDEX TEXT: a result; with ~, how far it is
  printf '%s %s %s\n' "$sequence" "$1" "$2" >&8
}

plain() { # TEXT: sets word to it as one word of a result
  word=${1//[!A-Za-z0-9._: -]/}
  word=${word:0:60}
  word=${word// /_}
}

connect() { # INDEX ADDRESS PORT: opens fd 7, or sets word to why not, in the words of the system
  local said=$dir/said.$slot.$1 text
  { exec 7<>"/dev/tcp/$2/$3"; } 2>"$said" && return
  read -r text <"$said"
  plain "${text##*: }"
  return 1
}

fetch() { # INDEX ADDRESS PORT: a page of the nginx of the fixtures, which says who was asked at which address
  local status line server
  say "$1" '~no_connection'
  if ! connect "$@"; then
    say "$1" "refused/$word"
    return
  fi
  say "$1" '~no_answer'
  printf 'GET / HTTP/1.0\r\nHost: rollcall\r\n\r\n' >&7
  read -r status <&7
  while read -r line <&7 && [ "${line%$'\r'}" != '' ]; do :; done
  read -r _ _ server _ <&7
  plain "${server:-${status:-closed}}"
  case $status in
    'HTTP/1.'?' 200'*) [ "$server" != '' ] && say "$1" "answered/$word" && return ;;
  esac
  say "$1" "strange/$word"
}

reply() { # reads one reply of Redis from fd 7 into line; of a text, its run_id into run
  local left
  read -r line <&7 || return
  line=${line%$'\r'}
  case $line in
    '$'*[!0-9]* | '$') [ "${line#$}" = -1 ] ;;
    '$'*)
      left=$((10#${line#$} + 2))
      while ((left > 0)) && read -r line <&7; do
        left=$((left - ${#line} - 1))
        case $line in run_id:*) run=${line#run_id:} run=${run%$'\r'} ;; esac
      done
      ((left <= 0))
      ;;
  esac
}

append() { # INDEX HOST PORT: one element to the list of this start of the sampler
  local address='' run='' replicas=- taken
  say "$1" '~name'
  # It ends by itself when the resolver of the C library gives up.
  read -r address _ < <(getent ahosts "$2")
  if [ "$address" = '' ]; then
    say "$1" lost/name
    return
  fi
  say "$1" '~connect'
  if ! connect "$1" "$address" "$3"; then
    say "$1" lost/connect
    return
  fi
  say "$1" '~timeout'
  # A list of small numbers takes Redis five bytes for each; days of many nodes have to fit.
  printf 'INFO server\r\nRPUSH rollcall:watch:%s:%s %s\r\nWAIT 1 500\r\n' "$NODE" "$start" "$sequence" >&7
  if ! reply || ! reply; then
    say "$1" lost/closed
    return
  fi
  case $run in '' | *[!0-9a-f]*) run=- ;; esac
  taken=$line
  case $taken in
    :*)
      reply
      case $line in :[0-9]*) replicas=${line#:} ;; esac
      say "$1" "taken/${replicas//[!0-9-]/}/$run"
      ;;
    -*)
      plain "${taken#-}"
      say "$1" "refused/${word%%_*}/$run"
      ;;
    *) say "$1" lost/closed ;;
  esac
}

tell() { # TEXT: how the connection of this process stands
  printf '%s %s\n' "$EPOCHSECONDS" "$1" >"$state"
}

hold() { # ADDRESS PORT: keeps a connection until it breaks, and tells in a file how it stands
  local state=$dir/kept.$1.$2 waits=0 line code slot=kept
  tell connecting
  if ! connect "$1.$2" "$1" "$2"; then
    tell "refused/$word"
    return
  fi
  while :; do
    # One question at a time: a reply that is late is the reply to that.
    code=0
    ((waits > 0)) || printf 'PING\r\n' >&7 || code=1
    ((code > 0)) || wait_for 1000 7 || code=$?
    if ((code > 128)); then
      waits=$((waits + 1))
      tell silent
      ((waits < silence)) && continue
      tell "broken/no_reply_for_${silence}_s"
      return
    fi
    if ((code > 0)); then
      tell broken/closed
      return
    fi
    waits=0
    plain "${line%$'\r'}"
    case $line in +PONG*) tell answered ;; *) tell "strange/$word" ;; esac
    read -r -t 0.8 -u 6
  done
}

keep() { # sets stands to how each kept connection is, and opens those that are not
  local index key state at text
  local -A wanted=()
  stands=()
  for index in "${!kinds[@]}"; do
    [ "${kinds[index]}" = kept ] || continue
    key=${words[index]}
    wanted[$key]=1
    state=$dir/kept.${key/ /.}
    at='' text=''
    # Empty while it is being written.
    [ "${held[$key]:-}" = '' ] || for _ in 1 2 3; do read -r at text <"$state" && break; done
    case $at in '' | *[!0-9]*) at=0 ;; esac
    if [ "$text" != '' ] && ((EPOCHSECONDS - at > 4)); then
      kill "${held[$key]}"
      held[$key]=''
      [ "$text" = connecting ] && text=silent/no_connection || text=silent
    fi
    case $text in connecting | '') ;; *) stands[index]=$text ;; esac
    case $text in refused* | broken*) held[$key]='' ;; esac
    if [ "${held[$key]:-}" = '' ]; then
      : >"$state"
      hold $key &
      held[$key]=$!
    fi
  done
  for key in "${!held[@]}"; do
    [ "${wanted[$key]:-}" != '' ] && continue
    [ "${held[$key]}" = '' ] || kill "${held[$key]}"
    unset "held[$key]"
  done
}

give_up() { # KIND TEXT: ends what has not come to a result
  local index
  for index in "${!kinds[@]}"; do
    [ "${kinds[index]}" = "$1" ] && [ "${found[index]:-}" = '' ] || continue
    kill "${pids[index]}"
    # Nobody can tell of what had not even begun.
    found[index]=${phase[index]:+$2/${phase[index]}}
    found[index]=${found[index]:-unknown}
    left=$((left - 1))
  done
}

hurry() { # KIND: ends what has not come to a result, but waits for what it has
  local index
  for index in "${!kinds[@]}"; do
    [ "${kinds[index]}" = "$1" ] && [ "${found[index]:-}" = '' ] && kill "${pids[index]}"
  done
}

tick() { # asks all targets, and leaves the line for the main loop to print
  local -a found=() pids=() phase=()
  local index left=0 line text limit spare pause from=$began code over missed=0
  exec 8<>"$dir/pipe.$slot"
  for index in "${!kinds[@]}"; do
    case ${kinds[index]} in
      dns) ask "$index" ${words[index]} & pids[index]=$! ;;
      http) fetch "$index" ${words[index]} & pids[index]=$! ;;
      write) append "$index" ${words[index]} & pids[index]=$! ;;
      kept) [ "${stands[index]:-}" = '' ] || found[index]=${stands[index]} ;;
    esac
  done
  left=${#pids[@]}
  for limit in $pages $digs $all; do
    while ((left > 0)); do
      spare=$((began + limit + missed - from))
      # What has come counts, however late it is read.
      pause=$((spare > step ? step : spare > 0 ? spare : 1)) code=0
      wait_for "$pause" 8 || code=$?
      now
      # Who is waked so late had no processor, and neither had those that are waited for: that is nobody's silence.
      over=$((ms - from - pause)) from=$ms
      ((over > late && missed < spent)) && missed=$((missed + over))
      if ((code > 0)); then
        ((spare > 0)) && continue
        break
      fi
      # Whoever was given up, or is of an older tick, comes too late.
      case $line in "$sequence "[0-9]*' '*) line=${line#* } index=${line%% *} text=${line#* } ;; *) continue ;; esac
      case $index in *[!0-9]*) continue ;; esac
      [ "${found[index]:-}" = '' ] || continue
      case $text in
        '~'*) phase[index]=${text#?} ;;
        *)
          found[index]=$text
          left=$((left - 1))
          ;;
      esac
    done
    case $limit in
      "$pages") give_up http silent ;;
      "$digs") hurry dns ;;
      "$all") give_up write lost ;;
    esac
  done
  now
  line="S $began $start $sequence $((ms - began)) $version"
  for index in "${!found[@]}"; do
    [ "${found[index]}" = unknown ] || line+=" $index=${found[index]}"
  done
  printf '%s\n' "$line" >"$dir/line.$slot"
  printf '%s\n' "$slot" >&9
}

load() { # sets until, and what is to be asked where that has changed
  local -a lines=()
  local kind rest index
  until=0
  [ -r "$dir/targets" ] || return
  mapfile -t lines <"$dir/targets"
  rest=${lines[0]#until }
  case $rest in '' | *[!0-9]*) return ;; esac
  until=$((10#$rest))
  rest=${lines[1]#targets }
  case $rest in '' | *[!0-9]*) until=0 ;; esac
  [ "$rest" != "$version" ] || return
  version=$rest kinds=() words=()
  for ((index = 2; index < ${#lines[@]}; index++)); do
    read -r kind rest <<<"${lines[index]}"
    # A word that a program would take for an option is none of ours.
    case " $rest" in *[!A-Za-z0-9._:\ -]* | *' '[-.]*) kind=strange ;; esac
    kinds+=("$kind") words+=("$rest")
  done
}

now
start=$ms
version='' sequence=0
declare -a kinds=() words=() stands=() busy=() parts=()
declare -A held=()
rm -f "$dir"/pipe.[0-9] "$dir/done" "$dir/idle"
mkfifo "$dir/done" "$dir/idle" || exit 1
for ((slot = 0; slot < most; slot++)); do mkfifo "$dir/pipe.$slot"; done
# Open both ways, so that neither end waits for the other, and a read with a limit is a pause that takes no process.
exec 9<>"$dir/done" 6<>"$dir/idle"
trap 'exit 0' TERM
# A peer that is gone is an error of the one who writes to it, and not its end.
trap '' PIPE
# What is said here would be taken for lines of the log.
exec 2>/dev/null

while :; do
  now
  began=$ms
  load
  if ((EPOCHSECONDS < until)); then
    keep
    # The second since the start, unless the clock has gone back: what is left out shows as a number that is missing.
    number=$((began / 1000 - start / 1000 + 1))
    ((sequence = number > sequence ? number : sequence + 1))
    for ((slot = 0; slot < most; slot++)); do ((EPOCHSECONDS - ${busy[slot]:-0} > 30)) && break; done
    if ((slot < most)); then
      busy[slot]=$EPOCHSECONDS
      tick &
    fi
  elif ((${#kinds[@]} > 0)); then
    kinds=() words=() version=''
    keep
  fi
  next=$(((began / 1000 + 1) * 1000))
  while now && left=$((next - ms)) && ((left > 0 && left <= 1000)); do
    wait_for "$left" 9 || continue
    case $line in [0-9]) busy[line]=0 ;; *) continue ;; esac
    read -r line <"$dir/line.$line" && printf '%s\n' "$line"
  done
done
