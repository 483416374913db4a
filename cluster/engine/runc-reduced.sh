#!/bin/sh
# Stands before runc on a host that lacks a capability: with it in a bundle, `docker run --privileged` ends with "unable to apply caps".
# Takes out of the bundle, and of every exec, what the sed script beside it names; everything else is runc's own affair.
here=$(dirname "$0")
command='' bundle=. process='' previous=''
for argument in "$@"; do
  case "$previous" in
    --bundle | -b) bundle=$argument ;;
    --process | -p) process=$argument ;;
  esac
  case "$argument" in create | run | restore | exec) command=${command:-$argument} ;; esac
  previous=$argument
done
case "$command" in
  create | run | restore) [ -f "$bundle/config.json" ] && sed -i -f "$here/missing-capabilities.sed" "$bundle/config.json" ;;
  exec) [ -f "$process" ] && sed -i -f "$here/missing-capabilities.sed" "$process" ;;
esac
exec runc "$@"
