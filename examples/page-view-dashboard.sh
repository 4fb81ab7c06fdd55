#!/bin/sh
# The figures of PageViewStream side by side on a page of the browser.
#
#   examples/page-view-generator.sh 44444 10                     # in one terminal
#   examples/page-view-dashboard.sh localhost 44444 4041         # in another, then open http://127.0.0.1:4041/
#
# The same in a program: examples/page-view-dashboard.ts
set -eu
here=$(cd "$(dirname "$0")" && pwd)
host=${1:-localhost} port=${2:-44444} page=${3:-4041}
exec dstream --name 'Page views' socket "$host" "$port" map "$here/page-views.ts#pageView" \
  tee [ map field:url count-by-value-and-window 10s 2s dashboard "$page" --title 'Views in 10 s' ] \
  tee [ window 30s 2s map 'view => [view.zipCode, view.status === 200 ? 0 : 100]' group-by-key \
    map-values 'rates => rates.reduce((sum, each) => sum + each, 0) / rates.length' \
    dashboard "$page" --chart line --title 'Errors in percent by zip code, of 30 s' ] \
  tee [ window 15s 2s map field:userID distinct count dashboard "$page" --title 'Active users in 15 s' ] \
  map 'view => [String(view.userID), 1]' join "@$here/users.tsv" map 'user => user[1][1]' count-by-value \
  dashboard "$page" --chart table --title 'Popular users seen'
