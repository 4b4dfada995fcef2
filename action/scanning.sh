#!/usr/bin/env bash
# Say whether the SARIF report is to be uploaded: where code scanning is on, and can be asked.
set -euo pipefail

upload=false
if [ "$SARIF" = always ]; then
  upload=true
# A repository that was never scanned answers 404, and says "no analysis found".
elif answer=$(gh api "repos/$GITHUB_REPOSITORY/code-scanning/alerts?per_page=1" 2>&1 >/dev/null) ||
  [[ $answer == *"no analysis found"* ]]; then
  upload=true
else
  echo "::notice title=cmpolicy::nothing was uploaded to code scanning: it is off, or the token lacks \`security-events: write\` ($answer)"
fi
echo "upload=$upload" >>"$GITHUB_OUTPUT"
