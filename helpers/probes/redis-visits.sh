# Connects to Redis by each name given, and at each address that it has; tells what came of every connection.
said=$1; shift
dir=$(mktemp -d) || exit 1
n=0
dial() {
  n=$((n + 1))
  {
    echo "dial $1 $2"
    key=rollcall:$(cat /proc/sys/kernel/random/uuid)
    # Longer than a stub resolver waits until it asks again: a lost datagram is no verdict on Redis.
    printf '%s\n' "$said" | sed "s/KEY/$key/" | timeout 6 redis-cli -h "$2" 2>&1
    echo "end $?"
  } >"$dir/$n" &
}
for name; do
  addresses=$(getent ahosts "$name" | awk '{ print $1 }' | sort -u)
  echo "name $name" $addresses
  for host in "$name" "$name" "$name" $addresses; do dial "$name" "$host"; done
done
wait
for one in $(seq "$n"); do cat "$dir/$one"; done
rm -r "$dir"
