#!/usr/bin/env bash
# Decide whether the SARIF report is uploaded: where code scanning is on, and the token may ask.
set -euo pipefail

# Escape the data of a workflow command (actions/toolkit, command.ts); `##[` starts one of the old
# form. Variables, because bash 3.2 keeps the quotes of a replacement.
escaped() {
  local text=${1:0:500} percent='%25' return='%0D' newline='%0A' broken='# #['
  text=${text//%/$percent}
  text=${text//$'\r'/$return}
  text=${text//$'\n'/$newline}
  printf '%s' "${text//'##['/$broken}" | LC_ALL=C tr '\000-\037\177' '?'
}

upload=false
if [ "$SARIF" = always ]; then
  upload=true
# A repository that was never scanned answers 404, and says "no analysis found".
elif answer=$(gh api "repos/$GITHUB_REPOSITORY/code-scanning/alerts?per_page=1" 2>&1 >/dev/null) ||
  [[ $answer == *"no analysis found"* ]]; then
  upload=true
else
  echo "::notice title=cmpolicy::nothing was uploaded to code scanning: it is off, or the token lacks \`security-events: write\` ($(escaped "$answer"))"
fi
echo "upload=$upload" >>"$GITHUB_OUTPUT"
