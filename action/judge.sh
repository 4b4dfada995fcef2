#!/usr/bin/env bash
# Judge the checkout, and report what the change does to the promises: annotations in the log, the
# step summary, reports in $RUNNER_TEMP/cmpolicy. It ends with 0 whatever the verdict is: the status
# goes to the action's last step. No token is in its environment. (macOS has bash 3.2: no mapfile,
# no empty arrays.)
set -euo pipefail

folder=$RUNNER_TEMP/cmpolicy
rm -f "$folder"/cmpolicy.sarif "$folder"/*.md

# cmpolicy runs in the checkout, because it asks git for the agreements there. -I keeps the checkout,
# $PYTHON* and the user's packages off its path; the variables do the same for its worker processes.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP
export PYTHONSAFEPATH=1 PYTHONNOUSERSITE=1
cmpolicy() { "$folder/venv/bin/python" -I "$folder/venv/bin/cmpolicy" "$@"; }

base=$GIVEN_BASE
policy=$POLICY_FROM
if [ -z "$base" ] && [ "$GITHUB_EVENT_NAME" = pull_request ]; then
  if [ "$(git rev-parse HEAD)" = "$GITHUB_SHA" ]; then
    # actions/checkout takes the merge that GitHub made of the pull request. What the pull request
    # does is the difference between that merge and its first parent, and that parent is in a clone
    # of `fetch-depth: 2` as it is in a full one. `pull_request.base.sha` of the event is not that
    # parent where the base branch moved on before the merge was made: its changes would count as
    # the pull request's, and a clone of depth 2 does not hold it.
    # In a clone of depth 1 the name stays a name, and cmpolicy says what to fetch.
    base=$(git rev-parse --quiet --verify 'HEAD^1^{commit}' || echo 'HEAD^1')
  else
    # The head of the pull request was checked out instead. It is compared with the commit at which
    # it left the base, which takes the full history. The author chose that commit, so it does not
    # say what the policy is: the base branch does, as it was at the event.
    base=$(git merge-base "$PULL_BASE" HEAD) || {
      echo "::error title=cmpolicy::the commit where the pull request left its base is not in this" \
        "clone: give actions/checkout \`fetch-depth: 0\`, or this action a \`base\`" >&2
      exit 2
    }
    policy=${policy:-$PULL_BASE}
  fi
fi
# Else the policy is that of the base, which `check` takes by itself.

set -- --rev=HEAD --format=github \
  --report="sarif=$folder/cmpolicy.sarif" --report="markdown=$folder/check.md"
[ -z "$FAIL_ON" ] || set -- "$@" --fail-on="$FAIL_ON"
[ -z "$base" ] || set -- "$@" --new-since="$base"
[ -z "$policy" ] || set -- "$@" --policy-from="$policy"
set -- "$@" --
while IFS= read -r path; do
  [ -z "$path" ] || set -- "$@" "$path"
done <<<"$PATHS"
status=0
cmpolicy check "$@" || status=$?
if [ "$status" -gt 1 ]; then
  echo "::error title=cmpolicy::cmpolicy check ended with status $status: see the lines above"
fi

if [ -n "$base" ]; then
  compared=0
  cmpolicy diff --format=markdown --policy-from="${policy:-$base}" -- "$base" HEAD >"$folder/diff.md" || compared=$?
  if [ "$compared" -gt 1 ] && [ ! -s "$folder/diff.md" ]; then
    # Such as a configuration that the change broke: `check` went by that of the base.
    echo "::error title=cmpolicy::cmpolicy diff ended with status $compared: see the lines above"
    [ "$status" -ne 0 ] || status=$compared
  elif [ "$compared" -gt 1 ]; then
    # Such as an agreement that was broken before: to repair it is no failure.
    echo "::warning title=cmpolicy::not everything could be compared: see the step summary"
  fi
fi

# Each is under 60,000 bytes; GitHub takes 1 MiB. Without a base there is no diff.md.
for report in "$folder"/check.md "$folder"/diff.md; do
  if [ -s "$report" ]; then
    cat "$report" >>"$GITHUB_STEP_SUMMARY"
    echo >>"$GITHUB_STEP_SUMMARY"
  fi
done
if [ "$status" -gt 1 ]; then
  echo "cmpolicy ended with status $status: see the log of this step." >>"$GITHUB_STEP_SUMMARY"
fi
if [ -f "$folder/cmpolicy.sarif" ]; then
  echo "sarif-file=$folder/cmpolicy.sarif" >>"$GITHUB_OUTPUT"
fi
echo "status=$status" >>"$GITHUB_OUTPUT"
