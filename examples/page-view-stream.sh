#!/bin/sh
# Five figures of a stream of page views, of which one is shown (Spark: PageViewStream).
#
#   examples/page-view-generator.sh 44444 10                                 # in one terminal
#   examples/page-view-stream.sh errorRatePerZipCode localhost 44444         # in another
#
# The first argument is one of
#   pageCounts            views of each page, each second
#   slidingPageCounts     the same over 10 s, every 2 s
#   errorRatePerZipCode   which part of 30 s were errors, every 2 s; more than 0.05 in stars
#   activeUserCount       how many users there were in 15 s, every 2 s
#   popularUsersSeen      those of users.tsv that were seen, each second
set -eu
here=$(cd "$(dirname "$0")" && pwd)
metric=${1:-pageCounts} host=${2:-localhost} port=${3:-44444}
views() {
  exec dstream socket "$host" "$port" map "$here/page-views.ts#pageView" "$@"
}
case $metric in
pageCounts)
  views map field:url count-by-value print --format spark
  ;;
slidingPageCounts)
  views map field:url count-by-value-and-window 10s 2s print --format spark
  ;;
errorRatePerZipCode)
  views window 30s 2s map pair:zipCode,status group-by-key \
    map "$here/page-views.ts#errorRate" print --format spark
  ;;
activeUserCount)
  views window 15s 2s map pair:userID group-by-key count \
    map 'count => "Unique active users: " + count' print --format spark
  ;;
popularUsersSeen)
  # The keys of a file are texts.
  views map 'view => [String(view.userID), 1]' join "@$here/users.tsv" map 'user => user[1][1]' take 10 \
    for-each 'sed "s/.*/Saw user & at time $DSTREAM_BATCH_TIME ms/"'
  ;;
*)
  echo "Invalid metric entered: $metric"
  exit 1
  ;;
esac
