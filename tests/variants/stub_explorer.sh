#!/usr/bin/env bash
# Stands in for `cartstorm explore CASE --device-code VARIANT ...` in the tests of this folder: what
# it does stands in the first line of the case.
set -u
[[ $1 == explore && $3 == --device-code && -s $4 ]] || exit 2
read -r what <"$2"
case $what in
  nothing) echo '{"points": 100, "violations": []}' ;;
  finds)
    echo '{"points": 7, "violations": [{"promise": "trial_bounded", "outcome": "brick",'
    echo ' "exploration": "crash", "story": "good",'
    echo ' "token": "crash/good/idle/journal#1:erase", "points": 5}]}'
    exit 1
    ;;
  # What ends badly although no promise speaks.
  ends) echo '{"violations": [{"promise": null, "outcome": "storm"}]}' && exit 1 ;;
  # As if there was one story in it that finds something.
  story)
    [[ $* == *"--story one"* ]] || exec echo '{"points": 1, "violations": []}'
    echo '{"violations": [{"promise": "trial_bounded"}]}'
    exit 1
    ;;
  # As if it had looked at depth 2.
  deep)
    [[ $* == *"--depth 2"* ]] || exec echo '{"points": 1, "violations": []}'
    echo '{"violations": [{"promise": "bcb_one_good_copy"}]}'
    exit 1
    ;;
  refuses)
    echo '{"explorations": [{"reason": "the factory'"'"'s image is refused"}], "violations": []}'
    exit 3
    ;;
  crashes) kill -SEGV $$ ;;
  hangs) while :; do :; done ;;
  *)
    echo "stub: what is $what?" >&2
    exit 2
    ;;
esac
