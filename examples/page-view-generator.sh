#!/bin/sh
# A web site that does not exist: sends page views to who connects (Spark: PageViewGenerator).
#
#   examples/page-view-generator.sh 44444 10     # ten a second, on port 44444
set -eu
views=$(cd "$(dirname "$0")" && pwd)/page-views.ts
port=${1:-44444}
echo "Listening on port: $port"
dstream rate "${2:-10}" --interval 100ms map "$views#nextPageView" emit | nc -lk "$port"
