#!/bin/sh
# Post the event of a file to Đôn đốc by HTTP and print the answer.
# Exit code: 0 recorded, 1 rejected, 2 no receipt: see why, then post the same again.
set -eu
if [ $# != 1 ] || [ -z "${DONDOC:-}" ] || [ -z "${TOKEN:-}" ]; then
    echo 'Usage: sh post.sh EVENT-FILE, with DONDOC (as https://dondoc.example) and TOKEN in the environment' >&2
    exit 2
fi
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# The token goes in by a pipe: others on the machine can see arguments. Where nobody knows whether the event was taken
# in, it posts the same again, and waits as long as the answer says (Retry-After); it is recorded once all the same.
status=$(printf 'Authorization: Bearer %s' "$TOKEN" | curl --silent --show-error --max-time 60 \
    --retry 5 --retry-all-errors --output "$answer" --write-out '%{http_code}' \
    --header @- --header 'Content-Type: application/cloudevents+json' --data-binary "@$1" "$DONDOC/v1/events") || true
cat "$answer"
echo

case $status in
200 | 201) exit 0 ;;
400 | 422) exit 1 ;;
*) echo "No receipt: the answer's status is $status" >&2 && exit 2 ;;
esac
