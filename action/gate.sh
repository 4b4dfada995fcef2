#!/usr/bin/env bash
# End with the status of the judgement, once all the rest is done.
set -euo pipefail

if [ "$UPLOAD" = failure ]; then
  if [ "$SARIF" = always ]; then
    echo "::error title=cmpolicy::the upload to code scanning failed, and \`sarif: always\` asks for it"
    [ "$STATUS" -ne 0 ] || exit 2
  else
    echo "::notice title=cmpolicy::the upload to code scanning failed: does the job have \`security-events: write\`?"
  fi
fi
exit "$STATUS"
